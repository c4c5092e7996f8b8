using System.Runtime.CompilerServices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

public class StreamChainTests
{
    [Fact]
    public void Start_StreamOfSentences_FirstIsSpokenWhileTheSecondIsMade()
    {
        List<string> events = [];
        VirtualWorld.Run(async world =>
        {
            await using StreamChain<string, string> chain = Chain.From<string>("talk")
                .Stream<string>("tokens", (text, _, token) => Words(world, text, token))
                .Regroup("sentences", new Sentences())
                .StreamEach("speak", (sentence, _, token) => Speak(world, sentence, token))
                .Build(world.Options());
            Turn<string> turn = chain.Start("One two. Three four five.");
            await foreach (string item in turn.Output)
            {
                events.Add($"{world.Elapsed.Ms()} {item}");
            }
        });

        // Words come every 10 ms; speaking takes 5 ms to begin with and 5 more.
        Assert.Equal(["25 One two. a", "30 One two. b", "55 Three four five. a", "60 Three four five. b"], events);
    }

    [Fact]
    public async Task RunToListAsync_StreamEach_StringsTheStreamsTogetherInOrder()
    {
        await using StreamChain<int, string> chain = Chain.From<int>("stream")
            .Stream<int>("count", (n, _, token) => Count(n))
            .ThenEach("text", x => $"{x}")
            .StreamEach("twice", (string x, BlockContext _, CancellationToken _) => Twice(x))
            .Build();
        Assert.Equal(["0", "0", "1", "1", "2", "2"], await chain.RunToListAsync(3));
        Assert.Empty(await chain.RunToListAsync(0));
    }

    [Fact]
    public async Task ThenEach_AsyncBlockAndTap_KeepOrder()
    {
        List<int> seen = [];
        await using StreamChain<int, int> chain = Chain.From<int>("stream")
            .Stream<int>("count", (n, _, _) => Count(n))
            .ThenEach("square", async (int x, CancellationToken _) =>
            {
                await Task.Yield();
                return x * x;
            })
            .TapEach("look", (x, _) => seen.Add(x))
            .Build();
        Assert.Equal([0, 1, 4, 9], await chain.RunToListAsync(4));
        Assert.Equal([0, 1, 4, 9], seen);
    }

    [Fact]
    public async Task Regroup_RestAtTheEnd_IsHandedOn()
    {
        await using StreamChain<string, string> chain = Chain.From<string>("talk")
            .Stream<string>("tokens", (text, _, _) => AllWords(text))
            .Regroup("sentences", new Sentences())
            .Build();
        Assert.Equal(["A b.", "C d"], await chain.RunToListAsync("A b. C d"));
    }

    [Fact]
    public async Task Collect_Stream_GivesTheListAndTheChainGoesOn()
    {
        await using Chain<int, int> chain = Chain.From<int>("collect")
            .Stream<int>("count", (n, _, _) => Count(n))
            .Collect("all")
            .Then("sum", all => all.Sum())
            .Build();
        Assert.Equal(10, await chain.RunAsync(5));
        Assert.Equal(0, await chain.RunAsync(0));
        Assert.Equal([10], await chain.RunToListAsync(5));
    }

    [Fact]
    public async Task Stream_SubChain_FlowsThroughUnderItsName()
    {
        await using StreamChain<int, int> sub = Chain.From<int>("sub").Stream<int>("count", (n, _, _) => Count(n)).Build();
        await using StreamChain<int, int> chain = Chain.From<int>("outer")
            .Then("one more", x => x + 1)
            .Stream("inner", sub)
            .ThenEach("square", async (int x, CancellationToken _) =>
            {
                await Task.Yield();
                return x * x;
            })
            .Build();
        Turn<int> turn = chain.Start(3);
        Assert.Equal([0, 1, 4, 9], await turn.Output.ToListAsync());
        TurnResult result = await turn.Completion;
        Assert.Contains("inner/count", result.Report.Spans.Select(s => s.Block));
        Reports.AssertLawful(result);
    }

    [Fact]
    public void Carry_InAStream_IsSeenByTheItemsBehind()
    {
        var key = new TurnKey<string>("key");
        List<string> seen = [];
        VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("stream")
                .Tap("first", (_, c) => c.Set(key, "from before"))
                .Stream<int>("count", (n, c, _) =>
                {
                    seen.Add($"{c.Get(key)}");
                    c.Set(key, "from the stream");
                    return world.Count([1, 1]);
                })
                .TapEach("look", (x, c) => seen.Add($"{x} {c.Get(key)}"))
                .ThenEach("each", (int x, CancellationToken _) => ValueTask.FromResult(x))
                .Collect("all")
                .Tap("after", (_, c) => seen.Add($"{c.Get(key)}"))
                .Then("sum", all => all.Count)
                .Build(world.Options());
            await chain.RunAsync(1);
        });
        Assert.Equal(["from before", "0 from the stream", "1 from the stream", "from the stream"], seen);
    }

    [Fact]
    public void Start_SlowReader_HoldsTheProducerUpAtTheQueuesBounds()
    {
        int made = 0;
        VirtualWorld.Run(async world =>
        {
            await using StreamChain<int, int> chain = Chain.From<int>("slow")
                .Stream<int>("count", (n, _, token) => Make(token))
                .ThenEach("each", (int x, CancellationToken _) => ValueTask.FromResult(x), o => o.StreamCapacity(3))
                .Build(world.Options(o => o.OutputCapacity = 2));
            Turn<int> turn = chain.Start(1);
            await world.Delay(1000);

            // 2 in the output, 1 that waits for room there, 3 in the queue between, 1 that waits for room there.
            Assert.Equal(7, made);
            Assert.Equal(100, (await turn.Output.ToListAsync()).Count);
            Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);

            async IAsyncEnumerable<int> Make([EnumeratorCancellation] CancellationToken token)
            {
                for (int i = 0; i < 100; i++)
                {
                    await world.Delay(1, token);
                    made++;
                    yield return i;
                }
            }
        });
    }

    static async IAsyncEnumerable<int> Count(int n)
    {
        for (int i = 0; i < n; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    static async IAsyncEnumerable<string> Twice(string x)
    {
        await Task.Yield();
        yield return x;
        yield return x;
    }

    static async IAsyncEnumerable<string> AllWords(string text)
    {
        foreach (string word in text.Split(' '))
        {
            await Task.Yield();
            yield return word;
        }
    }

    static async IAsyncEnumerable<string> Words(VirtualWorld world, string text, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (string word in text.Split(' '))
        {
            await world.Delay(10, token);
            yield return word;
        }
    }

    static async IAsyncEnumerable<string> Speak(VirtualWorld world, string text, [EnumeratorCancellation] CancellationToken token)
    {
        await world.Delay(5, token);
        yield return text + " a";
        await world.Delay(5, token);
        yield return text + " b";
    }

    sealed class Sentences : IRegroupBlock<string, string>
    {
        public IRegrouper<string, string> Begin(BlockContext context) => new State();

        sealed class State : IRegrouper<string, string>
        {
            readonly List<string> _words = [];

            public void Add(string item, ICollection<string> ready)
            {
                _words.Add(item);
                if (item.EndsWith('.'))
                {
                    Complete(ready);
                }
            }

            public void Complete(ICollection<string> ready)
            {
                if (_words.Count > 0)
                {
                    ready.Add(string.Join(' ', _words));
                    _words.Clear();
                }
            }
        }
    }
}
