using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Sandbox.Export.Reviewing;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>Somebody with the disk, but without the master key, edits the registry.</summary>
public class RegistryAttackTests
{
    private const string Means = """{"name":"people","kind":"count","column":null,"digits":15},{"name":"income","kind":"mean","column":"income","digits":4}""";

    [Theory]
    [InlineData("UPDATE documents SET body=replace(body,'\"audit-institute\"','\"other-institute\"') WHERE kind='person' AND id='sun'")]
    [InlineData("UPDATE documents SET body=replace(body,'source_department','authority') WHERE kind='person' AND id='wang'")]
    [InlineData("UPDATE documents SET body=replace(body,'\"changchun:training\"','') WHERE kind='domain'")]
    [InlineData("UPDATE documents SET body=replace(body,'\"minimum_jail_level\":1','\"minimum_jail_level\":0')")]
    [InlineData("UPDATE documents SET id='sun2' WHERE kind='person' AND id='sun'")]
    [InlineData("UPDATE documents SET revision=7 WHERE kind='person' AND id='sun'")]
    [InlineData("DELETE FROM documents WHERE kind='person' AND id='sun'")]
    [InlineData("INSERT INTO documents SELECT kind, 'mallory', 1, replace(body,'\"sun\"','\"mallory\"') FROM documents WHERE kind='person' AND id='sun'")]
    [InlineData("UPDATE registry_seal SET entries=entries-1")]
    [InlineData("UPDATE registry_seal SET digest=zeroblob(32)")]
    [InlineData("UPDATE registry_seal SET mac=zeroblob(32)")]
    [InlineData("DELETE FROM registry_seal")]
    [InlineData("DROP TABLE registry_seal")]
    [InlineData("DELETE FROM trust_keys WHERE id='registry'")]
    public async Task An_edited_registry_is_not_opened(string sql)
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        var thrown = Assert.ThrowsAny<Exception>(() => domain.Between(file => Run(file, sql)));
        Assert.True(thrown is RefusedException or TrustException, thrown.ToString());
    }

    [Fact]
    public async Task An_edit_while_the_program_runs_is_found_at_the_next_change()
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        Run(Path.Combine(domain.Root, "registry.db"), "UPDATE documents SET body=replace(body,'source_department','authority') WHERE kind='person' AND id='wang'");
        using var zhao = domain.As("zhao");
        var refused = Assert.Throws<RefusedException>(() => People.AddPerson.Run(domain.Open, zhao, "new", "nowhere", Role.Operator, null));
        Assert.Equal("SB-HOST-11", Assert.Single(refused.Refusals).Rule);
    }

    [Fact]
    public async Task An_old_document_with_its_old_seal_does_not_come_back()
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        var copy = Path.Combine(domain.Root, "old.db");
        domain.Between(file => Run(file, $"VACUUM INTO '{copy}'"));
        using (var zhao = domain.As("zhao"))
        {
            AttackDomain.Done(People.AddPerson.Run(domain.Open, zhao, "mallory", "nowhere", Role.Operator, null));
        }

        Assert.Throws<RefusedException>(() => domain.Between(file => Run(
            file, $"ATTACH '{copy}' AS old; DELETE FROM documents; INSERT INTO documents SELECT * FROM old.documents; DELETE FROM registry_seal; INSERT INTO registry_seal SELECT * FROM old.registry_seal;")));
    }

    [Fact]
    [Requirement("CC-27-4")]
    public async Task Votes_signed_with_keys_of_ones_own_do_not_count()
    {
        using var domain = await AttackDomain.MakeAsync();
        AttackDomain.Done(await domain.AskAsync("means", AttackDomain.Table(Means)));
        var request = domain.Open.Registry.Find<ExportRequest>("means")!;
        var review = ReviewJournal.Read(Encoding.UTF8.GetBytes(request.Journal!))!;
        foreach (var person in new[] { new Reviewer("qian", Role.Authority, "data-bureau"), new Reviewer("sun", Role.AppointedThirdParty, "audit-institute") })
        {
            using var forged = domain.Open.Keys.Suite.GenerateSigningKey();
            var at = domain.Open.Time.GetUtcNow();
            var vote = new Vote("means", review.State.ContentDigest, person, VoteDecision.Approve, at);
            var scope = ExportCaseBuilder.Scope(domain.Open, domain.Open.Registry.Find<Scenarios.Scenario>("buses")!, new HashSet<string>());
            review = Assert.IsType<ReviewOutcome.Moved>(review.Cast(vote.Sign(forged).ToBytes(), new RegisteredReviewer(person, forged.Public), scope, at)).Review;
        }

        // The journal plays through by itself: only the register of people can say whose keys these are. Written with the program's own pen, so that the seal fits.
        Assert.Equal(ReviewStage.Approved, ReviewJournal.Read(ReviewJournal.Write(review))!.State.Stage);
        domain.Open.Commit(new("export.voted", "qian", new Facts()), writer => writer.Update(request with { Stage = ReviewStage.Approved, Journal = Encoding.UTF8.GetString(ReviewJournal.Write(review)) }));
        using var zhao = domain.As("zhao");
        await Assert.ThrowsAsync<RefusedException>(() => ReleaseExport.RunAsync(domain.Open, zhao, "means", CancellationToken.None));
        Assert.Empty(Directory.GetFiles(domain.Open.Folder.Releases));
    }

    [Fact]
    public void A_name_with_a_line_end_is_no_name()
    {
        Assert.True(Names.Valid("zhao"));
        Assert.False(Names.Valid("zhao\n"));
    }

    private static void Run(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
