using Microsoft.Data.Sqlite;
using Sandbox.Export.Packaging;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Packaging;

public sealed class ReceiptTests : IDisposable
{
    private readonly SigningKey _domain = Suite.Sm.GenerateSigningKey();

    public void Dispose() => _domain.Dispose();

    [Fact]
    public void A_receipt_shows_that_exactly_this_package_was_recorded()
    {
        var built = Assert.IsType<ReleaseResult.Built>(ReleaseBuilder.Build(Sample.Release(Suite.Sm), _domain));
        var receipt = Receipt(ReceiptCheck.EntryKind, built.Digest, "e-1");
        Assert.True(Assert.IsType<Verification.Genuine>(ReleaseVerifier.VerifyBytes(built.Package, _domain.Public, receipt)).InLedger);

        byte[][] others =
        [
            Receipt(ReceiptCheck.EntryKind, built.Digest, "e-2"),
            Receipt(ReceiptCheck.EntryKind, new string('0', 64), "e-1"),
            Receipt("export.opened", built.Digest, "e-1"),
            [],
            "{}"u8.ToArray(),
        ];
        Assert.All(others, other => Assert.Equal("ledger-proof", Fault(built.Package, other)));
        for (var at = 0; at < receipt.Length; at += 3)
        {
            receipt[at] ^= 1;
            Assert.Equal("ledger-proof", Fault(built.Package, receipt));
            receipt[at] ^= 1;
        }
    }

    private string Fault(byte[] package, byte[] receipt) => Assert.IsType<Verification.NotGenuine>(ReleaseVerifier.VerifyBytes(package, _domain.Public, receipt)).Fault.Rule;

    private byte[] Receipt(string kind, string digest, string export)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        var ledger = Ledger.Create(connection, transaction, _domain, "futian-domain", TimeProvider.System);
        ledger.Append(transaction, new LedgerEntry("export.requested", "maker", new Facts { ["export"] = export }));
        var index = ledger.Append(transaction, new LedgerEntry(kind, "head", new Facts { ["export"] = export, [ReceiptCheck.PackageFact] = digest }));
        ledger.Append(transaction, new LedgerEntry("zone.closed", "maker", new Facts()));
        transaction.Commit();
        return ledger.Receipt(index);
    }
}
