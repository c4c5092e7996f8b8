namespace AgentChain.Simulation.Tests.Arrivals;

/// <summary>Public traces, where the folder with them stands beside the repository; elsewhere, the test says that it is skipped.</summary>
public sealed class PublicTraceTests
{
    [SharedDataTheory(new[] { "azure-llm-2023-conversation.csv", "azure-llm-2023-code.csv", "mooncake-synthetic.jsonl" })]
    [InlineData("azure-llm-2023-conversation.csv", 19_366, 1.09)]
    [InlineData("azure-llm-2023-code.csv", 8_819, 13.2)]
    [InlineData("mooncake-synthetic.jsonl", 3_993, null)]
    public void FromFile_PublicTrace_HasTheRowsAndTheVariationOfItsDescription(string file, int rows, double? variation)
    {
        ArrivalSummary summary = ArrivalTrace.FromFile(SharedData.PathOf(file)).Summary;

        Assert.Equal(rows, summary.Count);
        Assert.InRange(summary.Variation - (variation ?? summary.Variation), -0.06, 0.06);
        Assert.False(summary.HasDependencies);
    }
}
