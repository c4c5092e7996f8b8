namespace AgentChain.Tests.Seams;

/// <summary>The listeners that some of these tests set are every chain's, so nothing runs beside them.</summary>
[CollectionDefinition(nameof(SeamTests), DisableParallelization = true)]
[Collection(nameof(SeamTests))]
public sealed class SeamTests
{
    static readonly IReadOnlyList<SeamCase> Catalog =
    [
        .. BlockSeams.Cases, .. DelegateSeams.Cases, .. SpeculationSeams.Cases, .. DeviceSeams.Cases, .. ServiceSeams.Cases,
        .. TelemetrySeams.Cases, .. CallerSeams.Cases,
    ];

    public static TheoryData<string> Names => [.. Catalog.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Host_Misbehaves_OneOutcomeAndTheChainGoesOn(string name)
    {
        SeamCase seam = Catalog.Single(c => c.Name == name);
        seam.Check(seam.How);
    }

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
