using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Simulation;

public class SimulatedLanguageModelTests
{
    static readonly LatencyModel TenPerToken = LatencyModel.PerToken(TimeSpan.Zero, 10.Milliseconds());

    /// <summary>Six words at 10 ms each, then 5 ms an item: 65 ms to the first.</summary>
    [Theory]
    [InlineData(SpeculationLevel.None, 565)]
    [InlineData(SpeculationLevel.Prefill, 525)]
    public void Start_WordsComeOneByOne_TheirPrefillIsHiddenInTheWait(SpeculationLevel level, double first) => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", world.Hears((100, "how much"), (200, "how much is my"), (500, "how much is my balance now")))
            .Stream("respond", Model(), o => o.Speculate(level))
            .Build(world.Eager());
        await using Turn<string> turn = chain.Start("");
        Assert.Equal(["how much is my balance now", "."], await turn.Output.ToListAsync());
        TurnReport report = (await turn.Completion).Report;
        Assert.Equal((first, first + 5), (report.FirstOutput!.Value.Ms(), report.Elapsed.Ms()));
        Assert.Equal(level == SpeculationLevel.None ? 0 : 2, report.Speculation.Prefills);
    });

    [Fact]
    public void Invoke_SamePromptAgain_TakesInOneTokenOnly() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Chain.From<string>("again").Stream("respond", Model()).Build(world.Options());
        Assert.Equal(new[] { 35.0, 15.0, 25.0, 15.0 }, await FirstOutputsAsync(chain, "a b c", "a b c", "a b c d e", "a b c"));
    });

    [Fact]
    public void Invoke_MorePromptsThanCaches_TheOldestIsTakenInAnew() => VirtualWorld.Run(async world =>
    {
        SimulatedLanguageModel<string, string> model = new(TenPerToken, LatencyModel.Fixed(TimeSpan.Zero), x => [x]) { Size = Words, Caches = 2 };
        await using StreamChain<string, string> chain = Chain.From<string>("caches").Stream("respond", model).Build(world.Options());
        Assert.Equal(
            new[] { 30.0, 30.0, 10.0, 30.0, 10.0, 30.0 }, await FirstOutputsAsync(chain, "a b c", "d e f", "a b c", "g h i", "a b c", "d e f"));
    });

    [Fact]
    public void Make_WithoutACache_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedLanguageModel<string, string>(TenPerToken, TenPerToken, x => [x]) { Caches = 0 });

    static async Task<List<double>> FirstOutputsAsync(ChainBase<string, string> chain, params string[] prompts)
    {
        List<double> took = [];
        foreach (string prompt in prompts)
        {
            took.Add((await chain.ResultAsync(prompt)).Report.FirstOutput!.Value.Ms());
        }

        return took;
    }

    static SimulatedLanguageModel<string, string> Model() => new(TenPerToken, LatencyModel.Fixed(5.Milliseconds()), text => [text, "."])
    {
        Size = Words,
        Shared = (one, other) => one.Split(' ').Zip(other.Split(' ')).TakeWhile(pair => pair.First == pair.Second).Count(),
    };

    static int Words(string text) => text.Split(' ').Length;
}
