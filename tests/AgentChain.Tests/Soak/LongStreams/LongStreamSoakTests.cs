namespace AgentChain.Tests.Soak.LongStreams;

/// <summary>The soak of long streams that runs by command, short; memory is measured only there, where nothing else runs.</summary>
public class LongStreamSoakTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RunAsync_ShorterStreams_SumsAreExactAndReportsLawful()
    {
        var options = new LongStreamOptions { Items = 20_000, Each = 3_000, InputBytes = 1024, MeasuresHeap = false, Progress = output.WriteLine };
        IReadOnlyList<LongStreamRow> rows = await LongStreamSoak.RunAsync(options);

        Assert.Equal(["Stream", "StreamEach", "ThenEach", "Revise"], rows.Select(r => r.Name));
        Assert.All(rows, row => Assert.Null(row.Fault));
    }
}
