using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>An embedding generator with a vector collection as a block.</summary>
public sealed class VectorSearchBlockTests
{
    readonly LetterEmbedder _embedder = new();
    readonly MemoryCollection _articles = new(
        new("hours", "when do you open"), new("refund", "how to get a refund"), new("plan", "change my plan"), new("move", "moving house"));

    [Fact]
    public async Task Invoke_Question_FindsTheNearestRecordsBestFirst()
    {
        FoundRecords<string, Article> found = await SearchAsync("WHEN DO YOU OPEN?", new() { Top = 2 });

        Assert.Equal(2, found.Count);
        Assert.Equal(("hours", "when do you open"), (found.Ids.First(), found.Records.First().Text));
        Assert.InRange(found[0].Score!.Value, 0.99, 1.01);
        Assert.True(found[0].Score > found[1].Score);
    }

    [Fact]
    public void Chain_FinalQuestionFindsTheSameIds_EarlyWorkDownstreamIsKept() => VirtualWorld.Run(async world =>
    {
        await using StreamChain<string, string> chain = Chain.From<string>("voice")
            .Revise("listen", new SimulatedRevisingBlock<string, string>(text =>
            [
                new(100.Milliseconds(), Hypothesis.Tentative(text, 0.9)),
                new(500.Milliseconds(), Hypothesis.Final(text + " please")),
            ]))
            .Then("search", _articles.AsBlock(_embedder, article => article.Id, new() { Top = 1 }), o => o.Speculate())
            .Stream("respond", new SimulatedStreamBlock<FoundRecords<string, Article>, string>(
                LatencyModel.Fixed(100.Milliseconds()), LatencyModel.Fixed(200.Milliseconds()), found => found.Ids), o => o.Speculate())
            .Build(world.Options(o => o.Speculation = new SpeculationOptions { Controller = new EagerController() }));

        Turn<string> turn = chain.Start("when do you open");
        Assert.Equal(["hours"], await turn.Output.ToListAsync());
        TurnReport report = (await turn.Completion).Report;

        Assert.Equal(2, _articles.Searches);                         // the words differ, so the search ran again
        Assert.Equal(500.Milliseconds(), report.FirstOutput);        // the ids do not, so the answer was ready
    });

    [Fact]
    public void Equals_ComparesTheIdsInOrder()
    {
        FoundRecords<string, Article> one = Found(("a", 0.9), ("b", 0.8));

        Assert.Equal(one, Found(("a", 0.5), ("b", 0.1)));
        Assert.Equal(one.GetHashCode(), Found(("a", 0.5), ("b", 0.1)).GetHashCode());
        Assert.NotEqual(one, Found(("b", 0.9), ("a", 0.8)));
        Assert.NotEqual(one, Found(("a", 0.9)));
        Assert.False(one.Equals(null));
        Assert.Equal("2 records", one.ToString());
    }

    [Fact]
    public async Task Invoke_SearchOptions_AreCopiedAndReachTheCollection()
    {
        var search = new VectorSearchOptions<Article> { Skip = 1, ScoreThreshold = 0.5, Filter = article => article.Id != "x" };
        var block = _articles.AsBlock(_embedder, article => article.Id, new() { Search = search });
        search.Skip = 9;

        await InvokeAsync(block, "open");

        Assert.NotSame(search, _articles.Options);
        Assert.Equal((1, 0.5), (_articles.Options!.Skip, _articles.Options.ScoreThreshold));
        Assert.Same(search.Filter, _articles.Options.Filter);
    }

    [Fact]
    public async Task Invoke_EndlessResults_OnlyTheNumberAskedForIsRead()
    {
        int read = 0;
        _articles.Instead = _ => Endless().ToAsyncEnumerable();

        Assert.Equal(3, (await SearchAsync("open")).Count);
        Assert.Equal(3, read);

        IEnumerable<VectorSearchResult<Article>> Endless()
        {
            while (true)
            {
                read++;
                yield return new(new("a", "a"), 1);
            }
        }
    }

    [Fact]
    public async Task Invoke_CollectionThrows_NamesItAndKeepsTheError()
    {
        _articles.Instead = _ => throw new VectorStoreException("gone");
        Assert.Equal("gone", (await FailAsync("articles", "failed")).InnerException!.Message);
    }

    [Fact]
    public async Task Invoke_CollectionCancelsByItself_IsAFailure()
    {
        _articles.Instead = _ => throw new TaskCanceledException("timeout");
        Assert.IsType<TaskCanceledException>((await FailAsync("articles", "failed")).InnerException);
    }

    [Fact]
    public async Task Invoke_BrokenResults_NameTheCollection()
    {
        _articles.Instead = _ => null!;
        await FailAsync("articles", "null from SearchAsync");
        _articles.Instead = _ => new VectorSearchResult<Article>[] { null! }.ToAsyncEnumerable();
        await FailAsync("articles", "null as a result or a record");
        _articles.Instead = _ => new VectorSearchResult<Article>[] { new(null!, 1) }.ToAsyncEnumerable();
        await FailAsync("articles", "null as a result or a record");
        _articles.Instead = _ => new VectorSearchResult<Article>[] { new(new("a", "a"), double.NaN) }.ToAsyncEnumerable();
        await FailAsync("articles", "score that is not a number");
        _articles.Instead = _ => new VectorSearchResult<Article>[] { new(new(null!, "a"), 1) }.ToAsyncEnumerable();
        await FailAsync("articles", "returned null; return an id");
        await FailAsync("articles", "threw; return an id", _ => throw new KeyNotFoundException());
    }

    [Fact]
    public async Task Invoke_NoScore_IsAllowed()
    {
        _articles.Instead = _ => new VectorSearchResult<Article>[] { new(new("a", "a"), null) }.ToAsyncEnumerable();
        Assert.Null((await SearchAsync("open"))[0].Score);
    }

    [Fact]
    public async Task Invoke_BrokenEmbeddings_NameTheGenerator()
    {
        _embedder.Instead = _ => throw new HttpRequestException("429");
        Assert.IsType<HttpRequestException>((await FailAsync("letters", "failed")).InnerException);
        _embedder.Instead = _ => Task.FromResult<GeneratedEmbeddings<Embedding<float>>>(null!);
        await FailAsync("letters", "null embeddings");
        _embedder.Instead = _ => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>());
        await FailAsync("letters", "0 embeddings");
        _embedder.Instead = _ => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([null!]));
        await FailAsync("letters", "an empty one");
        _embedder.Instead = _ => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new(Array.Empty<float>())]));
        await FailAsync("letters", "an empty one");
        _embedder.Instead = _ => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new(new float[] { 1, float.NaN })]));
        await FailAsync("letters", "NaN");
    }

    [Fact]
    public async Task Interrupt_DuringTheSearch_TheTokenReachesIt()
    {
        var entered = new TaskCompletionSource();
        _embedder.Instead = async token =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return null!;
        };
        await using Chain<string, FoundRecords<string, Article>> chain = OneBlock(article => article.Id);
        Turn<FoundRecords<string, Article>> turn = chain.Start("open");
        await entered.Task.WaitAsync(Ask.Patience);
        turn.Interrupt();

        Assert.Equal(TurnOutcome.Interrupted, (await turn.Completion.WaitAsync(Ask.Patience)).Outcome);
        await turn.WhenQuiescentAsync().WaitAsync(Ask.Patience);
        Assert.Equal(0, chain.DetachedBlocks);
    }

    [Fact]
    public void AsBlock_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentNullException>("collection", () => ((MemoryCollection)null!).AsBlock(_embedder, article => article.Id));
        Assert.Throws<ArgumentNullException>("embedder", () => _articles.AsBlock(null!, article => article.Id));
        Assert.Throws<ArgumentNullException>("id", () => _articles.AsBlock<string, Article>(_embedder, null!));
        Assert.Throws<ArgumentOutOfRangeException>("options.Top", () => _articles.AsBlock(_embedder, article => article.Id, new() { Top = 0 }));
        Assert.Throws<ArgumentNullException>("records", () => new FoundRecords<string, Article>(null!));
    }

    static FoundRecords<string, Article> Found(params (string Id, double Score)[] records) =>
        new(records.Select(found => new FoundRecord<string, Article>(found.Id, new(found.Id, ""), found.Score)));

    static Task<FoundRecords<string, Article>> InvokeAsync(VectorSearchBlock<string, Article> block, string text) =>
        block.InvokeAsync(text, new TestBlockContext().Context, default).AsTask().WaitAsync(Ask.Patience);

    Task<FoundRecords<string, Article>> SearchAsync(string text, VectorSearchBlockOptions<Article>? options = null) =>
        InvokeAsync(_articles.AsBlock(_embedder, article => article.Id, options), text);

    Chain<string, FoundRecords<string, Article>> OneBlock(Func<Article, string> id) =>
        Chain.From<string>("c").Then("search", _articles.AsBlock(_embedder, id)).Build();

    /// <summary>Runs a turn that must fail with the block's name and no text of the user.</summary>
    async Task<RetrievalException> FailAsync(string from, string says, Func<Article, string>? id = null)
    {
        await using Chain<string, FoundRecords<string, Article>> chain = OneBlock(id ?? (article => article.Id));
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync("secret").AsTask().WaitAsync(Ask.Patience));
        Assert.Equal("search", error.Block);
        var inner = Assert.IsType<RetrievalException>(error.InnerException);
        Assert.Equal(from, inner.From);
        Assert.Contains(says, inner.Message, StringComparison.Ordinal);
        Assert.Contains($"'{from}'", inner.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", inner.Message, StringComparison.Ordinal);
        return inner;
    }
}
