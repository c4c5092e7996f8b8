using System.Text;
using System.Text.Json.Nodes;
using AgentChain.Costs;

namespace AgentChain.Tests.Costs;

public class CostBookTests
{
    [Fact]
    public void Load_Saved_PredictsTheSame()
    {
        CostBook saved = Learned();

        CostBook loaded = CostBook.Load(new MemoryStream(Saved(saved)));

        Assert.Equal(saved.Entries, loaded.Entries);
        var features = new CostFeatures { Tokens = 700, AudioSeconds = 2 };
        Assert.All(saved.Entries, e => Assert.Equal(
            saved.Of(e.Block, e.Device, e.Part).Predict(features, 0.9), loaded.Of(e.Block, e.Device, e.Part).Predict(features, 0.9)));
        Assert.All(saved.Entries, e => Assert.Equal(saved.Of(e.Block, e.Device, e.Part).Model, loaded.Of(e.Block, e.Device, e.Part).Model));
        Assert.Equal(saved.Of("respond", "cuda:0").Runs, loaded.Of("respond", "cuda:0").Runs);
    }

    [Fact]
    public void Save_ToAFile_LeavesNoPart()
    {
        string folder = Directory.CreateTempSubdirectory("agentchain").FullName, path = Path.Combine(folder, "costs.json");
        Learned().Save(path);
        Learned().Save(path);

        Assert.Equal(["costs.json"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        Assert.Equal(4, CostBook.Load(path).Entries.Count);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Save_FileCannotBeReplaced_LeavesNoPart()
    {
        string folder = Directory.CreateTempSubdirectory("agentchain").FullName, path = Path.Combine(folder, "costs.json");
        Directory.CreateDirectory(path);

        Assert.ThrowsAny<SystemException>(() => Learned().Save(path));

        Assert.Empty(Directory.EnumerateFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void Of_BadName_IsRefused(string name) => Assert.Throws<ArgumentException>(() => new CostBook().Of(name));


    [Theory]
    [InlineData("$.format", "2", "format is 2")]
    [InlineData("$.blocks", "null", "blocks must not be null")]
    [InlineData("$.blocks[1]", "null", "blocks[1] must not be null")]
    [InlineData("$.blocks[0].block", "\"\"", "blocks[0] block: a name must not be empty")]
    [InlineData("$.blocks[0].device", "null", "device")]
    [InlineData("$.blocks[0].runs", "-3", "runs is -3")]
    [InlineData("$.blocks[0].part", "7", "part is 7")]
    [InlineData("$.blocks[0].fit", "[1]", "fit must be 5 finite numbers")]
    [InlineData("$.blocks[0].corrections", "[]", "corrections must be 20 numbers")]
    [InlineData("$.blocks[0].corrected", "null", "corrected must be 20 numbers")]
    [InlineData("$.blocks[0].residuals", "[[1,-1]]", "residuals must be pairs")]
    [InlineData("$.blocks[0].residuals", "[null]", "residuals must be pairs")]
    [InlineData("$.blocks[0].residuals", "[[1e300,1]]", "residuals must be pairs")]
    [InlineData("$.blocks[0].model", "{\"kind\":\"magic\"}", "magic")]
    [InlineData("$.blocks[0].model", "{\"kind\":\"affine\",\"start\":\"-00:00:01\"}", "Start is -1000 ms")]
    [InlineData("$.blocks[0].model", "{\"kind\":\"table\",\"points\":[]}", "at least one point")]
    [InlineData("$.blocks[0].model", "{\"kind\":\"table\",\"points\":null}", "points")]
    [InlineData("$.blocks[0].surprise", "1", "surprise")]
    public void Load_DamagedField_NamesIt(string path, string value, string expected)
    {
        JsonNode root = JsonNode.Parse(Saved(Learned()))!;
        JsonNode? at = root;
        string[] steps = path.TrimStart('$', '.').Replace("[", ".[", StringComparison.Ordinal).Split('.');
        for (int i = 0; i < steps.Length - 1; i++)
        {
            at = steps[i][0] == '[' ? at![int.Parse(steps[i].Trim('[', ']'), null)] : at![steps[i]];
        }

        if (steps[^1][0] == '[')
        {
            at![int.Parse(steps[^1].Trim('[', ']'), null)] = JsonNode.Parse(value);
        }
        else
        {
            at![steps[^1]] = JsonNode.Parse(value);
        }

        var error = Assert.Throws<CostFileException>(() => CostBook.Load(new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString()))));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("a stream", error.File);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":\"one\",\"blocks\":[]}")]
    public void Load_NotABook_Throws(string text) =>
        Assert.Throws<CostFileException>(() => CostBook.Load(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Load_SameBlockTwice_Throws()
    {
        JsonNode root = JsonNode.Parse(Saved(Learned()))!;
        root["blocks"]!.AsArray().Add(root["blocks"]![0]!.DeepClone());

        var error = Assert.Throws<CostFileException>(() => CostBook.Load(new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString()))));

        Assert.Contains("blocks[4] is there twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_CostsOfAnotherChain_NamesTheBlocks()
    {
        var error = Assert.Throws<ChainValidationException>(
            () => Chain.From<int>("sum").Then("listen", x => x).Build(new ChainOptions { Costs = Learned() }));

        Assert.Contains("'rank', 'respond'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_NameThatTheChainDoesNotHave_IsNotSavedAndKeepsNoChainFromBuilding()
    {
        CostBook costs = new CostBook().Declare("search", CostModel.Constant(TimeSpan.FromMilliseconds(10)));
        Assert.False(costs.Of("serch").CanPredict);

        Assert.Equal(["search"], CostBook.Load(new MemoryStream(Saved(costs))).Entries.Select(entry => entry.Block));
        await using Chain<int, int> chain = Chain.From<int>("desk").Then("search", x => x).Build(new ChainOptions { Costs = costs });
        Assert.Equal(3, await chain.RunAsync(3));
    }

    static CostBook Learned()
    {
        CostBook book = new CostBook().Declare("rank", CostModel.Table(new CostPoint(0, 5.Milliseconds()), new CostPoint(100, 9.Milliseconds())))
            .Declare("respond", new RooflineCost { Parameters = 8e9, OperationsPerSecond = 1e15, BytesPerSecond = 3e12 }, "cuda:0");
        for (int i = 1; i < 200; i++)
        {
            var features = new CostFeatures { Tokens = 10 * i, AudioSeconds = i % 7 };
            book.Of("listen").Observe(features, TimeSpan.FromMilliseconds(12 + (3 * features.AudioSeconds) + (i % 5)));
            book.Of("respond", "cuda:0").Observe(features, TimeSpan.FromMilliseconds(40 + i));
            book.Of("respond", "cuda:0", CostPart.FirstOutput).Observe(features, TimeSpan.FromMilliseconds(20 + (i / 2)));
        }

        return book;
    }

    static byte[] Saved(CostBook book)
    {
        var stream = new MemoryStream();
        book.Save(stream);
        return stream.ToArray();
    }
}
