using System.Threading.Tasks.Sources;

namespace AgentChain.Tests.Engine;

/// <summary>
/// Stream blocks that return null, throw where nothing should, or whose awaitables misbehave: their turn fails with an error that names the
/// block, and the chain continues.
/// </summary>
public class HostileStreamTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public enum Trick
    {
        NullItems,
        NullEnumerator,
        InvokeThrows,
        GetEnumeratorThrows,
        MoveNextThrows,
        CurrentThrows,
        DisposeThrows,
        DisposeFails,
        RefusesContinuation,
        StaleAwaitable,

        /// <summary>Which may be a call that is left over from the item before, and so is ignored; see below.</summary>
        ContinuesTooSoon,
    }

    public static TheoryData<Trick, bool> Tricks()
    {
        var all = new TheoryData<Trick, bool>();
        foreach (Trick trick in Enum.GetValues<Trick>().Where(t => t != Trick.ContinuesTooSoon))
        {
            all.Add(trick, true);
            all.Add(trick, false);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task Stream_BlockMisbehaves_TurnFailsByNameAndTheChainGoesOn(Trick trick, bool each)
    {
        ChainBuilder<int, int> begin = Chain.From<int>("hostile");
        var block = new Hostile(trick);
        await using StreamChain<int, int> chain = (each ? begin.Stream<int>("one", (x, _, _) => new[] { x }.ToAsyncEnumerable()).StreamEach("bad", block) : begin.Stream("bad", block)).Build();
        Turn<int> turn = chain.Start(1);
        await Assert.ThrowsAsync<BlockFailedException>(async () => await turn.Output.ToListAsync()).WaitAsync(Patience);
        TurnResult result = await turn.Completion.WaitAsync(Patience);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        if (trick is Trick.NullItems or Trick.NullEnumerator)
        {
            Assert.Contains("null", result.Error.Message, StringComparison.Ordinal);
            Assert.Null(result.Error.InnerException);
        }

        Assert.Equal([2], await chain.RunToListAsync(0).AsTask().WaitAsync(Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revise_ReturnsNull_TurnFailsByName(bool items)
    {
        await using Chain<int, int> chain = Chain.From<int>("hostile").Revise("bad", new NullRevising(items)).Build();
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Patience);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        Assert.Contains("null", result.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Trick.InvokeThrows)]
    [InlineData(Trick.RefusesContinuation)]
    [InlineData(Trick.StaleAwaitable)]
    public async Task ThenEach_BlockMisbehaves_TurnFailsByNameAndTheChainGoesOn(Trick trick)
    {
        await using StreamChain<int, bool> chain = Chain.From<int>("hostile")
            .Stream<int>("one", (x, _, _) => new[] { x }.ToAsyncEnumerable())
            .ThenEach("bad", (int x, CancellationToken _) =>
                x == 0 ? ValueTask.FromResult(true) : trick == Trick.InvokeThrows ? throw new InvalidDataException() : new Items(trick).MoveNextAsync())
            .Build();
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Patience);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        Assert.Equal([true], await chain.RunToListAsync(0).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task Stream_AwaitableContinuesTooSoonAndNeverCompletes_TurnEndsByItsBudget()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("hostile").Stream("bad", new Hostile(Trick.ContinuesTooSoon))
            .Build(new ChainOptions { Budget = LatencyBudget.Total(100.Milliseconds()) });
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(1).Completion.WaitAsync(Patience)).Outcome);
    }

    /// <summary>The host gets the block's first error, and the items are disposed in any case.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_ItemsFailAndSoDoesTheirDisposal_TheFirstFailureCounts(bool later)
    {
        var items = new Failing(later);
        await using StreamChain<int, int> chain = Chain.From<int>("hostile").Stream<int>("bad", (_, _, _) => items).Build();
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Patience);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        Assert.IsType<InvalidDataException>(result.Error.InnerException);
        Assert.Equal(1, items.Disposed);
    }

    /// <summary>The awaitable reports that it is completed, and when it is queried again, that it is not.</summary>
    [Fact]
    public async Task Stream_AwaitableTakesItsCompletionBack_TurnFailsByName()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("hostile").Stream<int>("bad", (_, _, _) => new Wavering()).Build();
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Patience);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        Assert.Contains("continued before it was completed", result.Error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Regroup_BeginReturnsNull_TurnFailsByName()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("hostile").Stream<int>("one", (x, _, _) => new[] { x }.ToAsyncEnumerable()).Regroup("bad", new NullRegroup()).Build();
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Patience);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        Assert.Contains("returned null from Begin", result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_ClassifierReturnsNull_TurnFailsByName()
    {
        await using Chain<int, int> chain = Chain.From<int>("hostile")
            .Route("bad", (int _) => null!, r => r.To("a", b => b.Then("a", x => x)).To("b", b => b.Then("b", x => x)))
            .Build();
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Patience);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
    }

    [Fact]
    public async Task Stream_AwaitableContinuesInPlaceAMillionTimes_StackDoesNotGrow()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("inline").Stream("inline", new Inline(1_000_000, twice: false)).Build();
        Assert.Equal(1_000_000, await CountAsync(chain).WaitAsync(Patience));
    }

    [Fact]
    public async Task Stream_AwaitableContinuesTwice_SecondTimeIsIgnored()
    {
        await using StreamChain<int, int> chain = Chain.From<int>("twice").Stream("twice", new Inline(1000, twice: true)).Build();
        Assert.Equal(1000, await CountAsync(chain).WaitAsync(Patience));
    }

    static async Task<int> CountAsync(ChainBase<int, int> chain)
    {
        int count = 0;
        await foreach (int _ in chain.Start(1).Output)
        {
            count++;
        }

        return count;
    }

    sealed class NullRegroup : IRegroupBlock<int, int>
    {
        public IRegrouper<int, int> Begin(BlockContext context) => null!;
    }

    sealed class NullRevising(bool items) : IRevisingBlock<int, int>
    {
        public IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => items ? null! : new NoEnumerator();

        sealed class NoEnumerator : IAsyncEnumerable<Hypothesis<int>>
        {
            public IAsyncEnumerator<Hypothesis<int>> GetAsyncEnumerator(CancellationToken cancellationToken = default) => null!;
        }
    }

    /// <summary>Plays its trick on every input but 0, for which it produces 2.</summary>
    sealed class Hostile(Trick trick) : IStreamBlock<int, int>
    {
        public IAsyncEnumerable<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            input == 0 ? new[] { 2 }.ToAsyncEnumerable()
            : trick == Trick.NullItems ? null!
            : trick == Trick.InvokeThrows ? throw new InvalidDataException()
            : new Items(trick);
    }

    sealed class Items(Trick trick) : IAsyncEnumerable<int>, IAsyncEnumerator<int>, IValueTaskSource<bool>
    {
        bool _moved;
        bool _asked;

        public int Current => trick == Trick.CurrentThrows ? throw new InvalidDataException() : 1;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => trick switch
        {
            Trick.NullEnumerator => null!,
            Trick.GetEnumeratorThrows => throw new InvalidDataException(),
            _ => this,
        };

        public ValueTask<bool> MoveNextAsync()
        {
            switch (trick)
            {
                case Trick.MoveNextThrows:
                    throw new InvalidDataException();
                case Trick.RefusesContinuation or Trick.StaleAwaitable or Trick.ContinuesTooSoon:
                    return new ValueTask<bool>(this, 0);
            }

            (bool first, _moved) = (!_moved, true);
            return new ValueTask<bool>(first);
        }

        public ValueTask DisposeAsync() => trick switch
        {
            Trick.DisposeThrows => throw new InvalidDataException(),
            Trick.DisposeFails => ValueTask.FromException(new InvalidDataException()),
            _ => default,
        };

        public bool GetResult(short token) => throw new InvalidOperationException();

        public ValueTaskSourceStatus GetStatus(short token) => trick == Trick.StaleAwaitable ? throw new InvalidOperationException() : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            if (trick == Trick.RefusesContinuation)
            {
                throw new InvalidOperationException();
            }

            if (!_asked)
            {
                _asked = true;
                continuation(state);
            }
        }
    }

    sealed class Failing(bool later) : IAsyncEnumerable<int>, IAsyncEnumerator<int>
    {
        public int Disposed { get; private set; }

        public int Current => 1;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public async ValueTask<bool> MoveNextAsync()
        {
            await Task.Yield();
            throw new InvalidDataException();
        }

        public async ValueTask DisposeAsync()
        {
            Disposed++;
            if (later)
            {
                await Task.Yield();
            }

            throw new FormatException();
        }
    }

    sealed class Wavering : IAsyncEnumerable<int>, IAsyncEnumerator<int>, IValueTaskSource<bool>
    {
        int _asked;
        int _moved;

        public int Current => 1;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => new(this, 0);

        public ValueTask DisposeAsync() => default;

        public bool GetResult(short token) => _moved++ == 0;

        public ValueTaskSourceStatus GetStatus(short token) => _asked++ == 0 ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
        }
    }

    sealed class Inline(int count, bool twice) : IStreamBlock<int, int>
    {
        public IAsyncEnumerable<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new Source(count, twice);
    }

    /// <summary>Items whose awaitables say that they are not completed, and complete when they are given a continuation.</summary>
    sealed class Source(int count, bool twice) : IAsyncEnumerable<int>, IAsyncEnumerator<int>, IValueTaskSource<bool>
    {
        bool _isCompleted;

        public int Current { get; private set; } = -1;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync()
        {
            _isCompleted = false;
            return new ValueTask<bool>(this, 0);
        }

        public ValueTask DisposeAsync() => default;

        public bool GetResult(short token) => ++Current < count;

        public ValueTaskSourceStatus GetStatus(short token) => _isCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _isCompleted = true;
            continuation(state);
            if (twice)
            {
                continuation(state);
            }
        }
    }
}
