using System.Text.Json;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Tests.Workers;

public sealed class FrameTests
{
    [Fact]
    public async Task Frames_come_back_as_they_were_written()
    {
        using var pipe = new MemoryStream();
        var writer = new FrameWriter(pipe);
        writer.Json(FrameKind.Fault, new WorkerFault(WorkerFaultKind.Refused, Rule: "LOAD-1", Column: 3), WorkerJson.Default.WorkerFault);
        writer.Data(new byte[FrameProtocol.MaxData + 5]);
        pipe.Position = 0;
        var reader = new FrameReader(pipe);
        var fault = (await reader.ReadAsync(default))!.Value;
        Assert.Equal(new WorkerFault(WorkerFaultKind.Refused, EngineFault.Internal, "LOAD-1", 3), fault.Json(WorkerJson.Default.WorkerFault));
        Assert.Equal(FrameProtocol.MaxData, reader.Read()!.Value.Payload.Length);
        Assert.Equal(5, reader.Read()!.Value.Payload.Length);
        Assert.Null(reader.Read());
        Assert.Null(await reader.ReadAsync(default));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0000000000")] // kind 0
    [InlineData("0000000007")]
    [InlineData("010000000600")] // unknown kind
    [InlineData("ffffffff03")] // longer than any frame
    [InlineData("0100100003")] // one byte over the data limit
    [InlineData("050000000301")] // cut payload
    public void A_broken_frame_is_refused_before_anything_is_allocated(string hex)
    {
        var reader = new FrameReader(new MemoryStream(Convert.FromHexString(hex)));
        Assert.Throws<FrameException>(() => reader.Read());
    }

    [Theory]
    [InlineData("""{"Kind":"Refused","Engine":"Io","Extra":1}""")]
    [InlineData("""{"Kind":"Refused","Kind":"Engine"}""")]
    [InlineData("""null""")]
    [InlineData("""{"Kind":"Refused" """)]
    public void Control_frames_are_strict(string json)
    {
        var frame = new Frame(FrameKind.Fault, System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Throws<FrameException>(() => frame.Json(WorkerJson.Default.WorkerFault));
    }

    [Fact]
    public void Whatever_a_role_throws_leaves_as_one_closed_fault()
    {
        Assert.Equal((new WorkerFault(WorkerFaultKind.Crashed), 3), RunWith(new InvalidOperationException("secret-4711")));
        Assert.Equal((new WorkerFault(WorkerFaultKind.Engine, EngineFault.Io), 0), RunWith(new EngineException(EngineFault.Io)));
        Assert.Equal((new WorkerFault(WorkerFaultKind.Engine), 3), RunWith(new EngineException(EngineFault.Internal)));
        Assert.Equal((new WorkerFault(WorkerFaultKind.Refused, Rule: "LOAD-EMPTY"), 0), RunWith(new WorkerRefusedException("LOAD-EMPTY")));
        Assert.Equal((new WorkerFault(WorkerFaultKind.OutOfMemory), 3), RunWith(new OutOfMemoryException()));
    }

    private static (WorkerFault Fault, int Code) RunWith(Exception thrown)
    {
        using var input = new MemoryStream();
        new FrameWriter(input).Json(FrameKind.Request, new WorkerFault(WorkerFaultKind.Crashed), WorkerJson.Default.WorkerFault);
        input.Position = 0;
        using var output = new MemoryStream();
        var code = WorkerLoop.Run(new ThrowingRole(thrown), input, output);
        Assert.DoesNotContain("4711", System.Text.Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        output.Position = 0;
        var fault = new FrameReader(output).Read()!.Value;
        Assert.Equal(FrameKind.Fault, fault.Kind);
        return (fault.Json(WorkerJson.Default.WorkerFault), code);
    }

    private sealed class ThrowingRole(Exception thrown) : IWorkerRole
    {
        public void Handle(Frame request, FrameWriter output) => throw thrown;

        public void Dispose()
        {
        }
    }
}
