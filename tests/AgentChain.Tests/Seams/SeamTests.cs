namespace AgentChain.Tests.Seams;

/// <summary>The listeners that some of these tests set are every chain's, so nothing runs beside them.</summary>
[CollectionDefinition(nameof(SeamTests), DisableParallelization = true)]
[Collection(nameof(SeamTests))]
public sealed class SeamTests
{
    static readonly IReadOnlyList<SeamCase> Catalog =
    [
        .. BlockSeams.Cases, .. LambdaSeams.Cases, .. BranchSeams.Cases, .. SpeculationSeams.Cases, .. GuessSeams.Cases,
        .. DeviceSeams.Cases, .. KeeperSeams.Cases, .. BuildSeams.Cases, .. ServiceSeams.Cases, .. WarmUpSeams.Cases,
        .. TelemetrySeams.Cases, .. CallerSeams.Cases,
    ];

    public static TheoryData<Misbehavior, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<Misbehavior, string, string>();
            foreach (SeamCase seam in Catalog)
            {
                cases.Add(seam.How, seam.Seam, seam.Detail);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Host_Misbehaves_OneOutcomeAndTheChainGoesOn(Misbehavior how, string seam, string detail) =>
        Catalog.Single(c => c.How == how && c.Seam == seam && c.Detail == detail).Check(how);

    [Fact]
    public void Catalog_PublicApi_HasACaseForEveryMisbehaviorOfEverySeam()
    {
        HashSet<(string, Misbehavior)> cases = [.. Catalog.Select(c => (c.Seam, c.How))];
        string[] missing =
        [
            .. PublicSeams.All.Where(seam => !SeamExemptions.All.ContainsKey(seam.Name))
                .SelectMany(seam => seam.Allowed.Where(how => !cases.Contains((seam.Name, how))).Select(how => $"{seam.Name} / {how}")),
            .. AmbientSeams.All.Where(seam => !cases.Contains((seam, Misbehavior.Throws))),
        ];
        Assert.True(
            missing.Length == 0,
            $"The engine calls a host's code here, and no case of the catalog shows what comes of it when that misbehaves:{Environment.NewLine}{string.Join(Environment.NewLine, missing)}");
    }

    [Fact]
    public void Catalog_EveryEntry_NamesASeamThatExists()
    {
        string[] seams = [.. PublicSeams.All.Select(s => s.Name), .. AmbientSeams.All];
        Assert.True(seams.Length > 80, "The seams were not found.");
        Assert.Empty(Catalog.Select(c => c.Seam).Concat(SeamExemptions.All.Keys).Except(seams));
        Assert.Equal(Catalog.Count, Catalog.Select(c => c.Name).Distinct().Count());
    }

    [Fact]
    public void Exemptions_Entry_HasAReasonAndNoCase()
    {
        Assert.All(SeamExemptions.All, e => Assert.NotEmpty(e.Value));
        Assert.Empty(SeamExemptions.All.Keys.Intersect(Catalog.Select(c => c.Seam)));
    }
}
