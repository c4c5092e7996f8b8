using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks.Redaction;
using AgentChain.Blocks.Sentences;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Speculation;

namespace AgentChain.Tests.Diagnostics;

public partial class MermaidTests
{
    [Fact]
    public async Task ToMermaid_VoiceChain_ShowsQueuesStreamsBudgetsAndDevices()
    {
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Then("trim", s => s.Trim())
            .Then("redact", new PiiRedactor(), o => o.Redacts())
            .Then("retrieve", Async, o => o.Budget(30.Milliseconds()).OnOverrun(Overrun.Fallback("")).Capacity(8, QueueFullMode.Reject))
            .Stream<string>("respond", Tokens, o => o.FirstOutput(150.Milliseconds()).On(DeviceKind.Cpu).Effect(Effect.Idempotent).SendsOut())
            .Regroup("sentences", SentenceChunker.Default)
            .StreamEach<string>("speak", Tokens, o => o.On("cpu").StreamCapacity(4).Concurrency(2))
            .Build(new ChainOptions { Budget = LatencyBudget.FirstOutput(800.Milliseconds()).AndTotal(10.Seconds()) });
        string expected = """
            flowchart LR
                n0_voice(["voice<br/>≤ first output 800 ms, total 10000 ms"])
                subgraph n1_inplace ["in place"]
                    n2_trim["trim"]:::inplace
                    n3_redact["redact<br/>redacts"]:::inplace
                end
                n4_retrieve["retrieve<br/>≤ total 30 ms, or it falls back"]
                n5_respond["respond<br/>≤ first output 150 ms<br/>on any Cpu device<br/>idempotent<br/>sends out"]
                n6_sentences["sentences<br/>regroups"]:::inplace
                n7_speak["speak<br/>on cpu<br/>2 at once"]
                n8_output(["output"])
                n0_voice --> n2_trim
                n2_trim --> n3_redact
                n3_redact -->|"queue 8, rejects"| n4_retrieve
                n4_retrieve -->|"queue 1024"| n5_respond
                n5_respond ==> n6_sentences
                n6_sentences ==>|"queue 4"| n7_speak
                n7_speak ==> n8_output
                classDef inplace stroke-dasharray:4 3

            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), chain.ToMermaid());
    }

    [Fact]
    public async Task ToMermaid_Speculation_IsMarkedWhereBlocksStartEarly()
    {
        await using Chain<string, string> chain = Chain.From<string>("early")
            .Then("listen", Async, o => o.Predict((_, _) => Hypothesis.Tentative("yes", 0.5)))
            .Then("search", Async, o => o.Speculate().MaxSpeculations(2))
            .Stream("respond", new Warmed(), o => o.Speculate(SpeculationLevel.Prefill))
            .Collect("all")
            .Then("join", lines => string.Concat(lines))
            .Build();
        string picture = chain.ToMermaid();
        Assert.Contains("[\"listen<br/>predicted\"]", picture, StringComparison.Ordinal);
        Assert.Contains("[\"search<br/>speculates on 2 at once\"]", picture, StringComparison.Ordinal);
        Assert.Contains("[\"respond<br/>prefills\"]", picture, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToMermaid_BranchesLoopsAndSubChains_AreDrawnWithTheirInsides()
    {
        await using Chain<int, int> sub = Chain.From<int>("inner").Then("double", x => x * 2).Build();
        await using Chain<int, int> chain = Chain.From<int>("all")
            .Then("sub", sub, o => o.Budget(1.Seconds()).OnOverrun(Overrun.Cancel))
            .Parallel("both", l => l.Then("left", x => x + 1), r => r, (_, l, r) => l + r)
            .Loop("halve", b => b.Then("half", x => x / 2), x => x > 10, LoopBound.Fail(20))
            .Route("parity", x => x % 2 == 0 ? "even" : "odd", r => r
                .To("even", b => b.Then("same", x => x))
                .Otherwise("odd", b => b.Through("foreign", new TransformBlock<int, int>(x => x + 1))))
            .Build();
        string expected = """
            flowchart LR
                n0_all(["all"])
                subgraph n1_chain ["sub, ≤ total 1000 ms, or the turn ends"]
                    n2_double["double"]:::inplace
                end
                n3_left["left"]:::inplace
                n4_both[["both"]]
                subgraph n5_loop ["halve"]
                    n6_round(("round"))
                    n7_half["half"]:::inplace
                    n8_again_{{"again?<br/>at most 20 rounds"}}
                end
                n9_parity{"parity"}:::inplace
                n10_same["same"]:::inplace
                n11_foreign["foreign<br/>Dataflow block<br/>1 at once"]
                n12_output(["output"])
                n0_all --> n2_double
                n2_double --> n3_left
                n3_left --> n4_both
                n2_double --> n4_both
                n4_both --> n6_round
                n6_round --> n7_half
                n7_half --> n8_again_
                n8_again_ -->|"again"| n6_round
                n8_again_ --> n9_parity
                n9_parity -->|"even"| n10_same
                n9_parity -->|"odd, queue 1024"| n11_foreign
                n10_same --> n12_output
                n11_foreign --> n12_output
                classDef inplace stroke-dasharray:4 3

            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), chain.ToMermaid());
    }

    [Fact]
    public async Task ToMermaid_StrangeNames_AreHarmlessInIdsAndLabels()
    {
        await using Chain<int, int> chain = Chain.From<int>("end")
            .Then("say \"hi\" [x] #1 <b>&`", x => x)
            .Then("end", x => x, o => o.Queued())
            .Then("größe|x", x => x, o => o.Queued())
            .Build();
        string picture = chain.ToMermaid();
        Assert.Contains("[\"say #quot;hi#quot; [x] #35;1 #lt;b#gt;#amp;#96;\"]", picture, StringComparison.Ordinal);
        Assert.All(picture.Split('\n').Skip(1).Where(l => l.Trim() is not "end" and not "" && !l.Contains("classDef", StringComparison.Ordinal)), line =>
            Assert.Matches(Statement(), line.Trim()));
    }

    [Fact]
    public async Task ToMermaid_BlockThatLeasesItsDevices_NamesThem()
    {
        await using Chain<int, int> chain = Chain.From<int>("leases").Then("agent", new Leasing()).Build();

        Assert.Contains("[\"agent<br/>leases cpu, any device\"]", chain.ToMermaid(), StringComparison.Ordinal);
    }

    /// <summary>A node, a box or an arrow, with ids of letters and digits and labels in quotes.</summary>
    [GeneratedRegex("""^(subgraph n\d+_\w+ \["[^"]*"\]|n\d+_[A-Za-z0-9_]*[\[({]+"[^"]*"[\])}]+(:::inplace)?|n\d+_[A-Za-z0-9_]* (-->|==>)(\|"[^"]*"\|)? n\d+_[A-Za-z0-9_]*)$""")]
    private static partial Regex Statement();

    static ValueTask<string> Async(string text, CancellationToken token) => new(text);

    static async IAsyncEnumerable<string> Tokens(string text, BlockContext context, [EnumeratorCancellation] CancellationToken token)
    {
        await Task.Yield();
        yield return text;
    }

    sealed class Leasing : IBlock<int, int>, IHasInnerDevices
    {
        public IReadOnlyList<InnerDevice> InnerDevices =>
            [new("first", DeviceRequest.Named("cpu")), new("second", DeviceRequest.Any), new("third", DeviceRequest.Named("cpu"))];

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }

    sealed class Warmed : IStreamBlock<string, string>, IPrefill<string>
    {
        public IAsyncEnumerable<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<string>();

        public ValueTask PrefillAsync(string input, BlockContext context, CancellationToken cancellationToken) => default;
    }
}
