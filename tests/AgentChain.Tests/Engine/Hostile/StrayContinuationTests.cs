using System.Threading.Tasks.Sources;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>Sources of value tasks that call the engine's continuation more than once, or that throw and call it all the same.</summary>
public sealed class StrayContinuationTests
{
    static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    public enum Place
    {
        Value,
        Items,
        EachItem,
        ValueOfAnItem,
        Hypotheses,
        Route,
        RouteHypotheses,
        Device,
        Hook,
        Prefill,
        Predictor,
    }

    public static TheoryData<Place, bool> Cases()
    {
        var data = new TheoryData<Place, bool>();
        foreach (Place place in Enum.GetValues<Place>())
        {
            data.Add(place, false);
            data.Add(place, true);
        }

        return data;
    }

    /// <summary>None of the stray calls throws into the host's thread, ends a run early or runs a part of the engine twice.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Source_CallsTheContinuationAgain_TurnsEndOnceAndWithTheirOwnOutput(Place place, bool throws)
    {
        var strays = new Strays { Throws = throws };
        await using (ChainBase<int, int> chain = Build(place, strays))
        {
            for (int i = 1; i <= 50; i++)
            {
                int input = i;
                TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 3).Select(async n =>
                {
                    Turn<int> turn = chain.Start(input + n);
                    List<int> output = [];
                    try
                    {
                        await foreach (int item in turn.Output)
                        {
                            output.Add(item);
                        }
                    }
                    catch (TurnException)
                    {
                        // The result says it too.
                    }

                    TurnResult result = await turn.Completion;
                    if (result.Outcome == TurnOutcome.Completed)
                    {
                        Assert.Equal([input + n], output);
                    }

                    return result;
                })).WaitAsync(Generous);
                Assert.All(results, r => Assert.True(r.Outcome == TurnOutcome.Completed || (throws && r.Outcome == TurnOutcome.Failed), r.Error?.ToString()));
            }

            Assert.Equal(0, chain.LiveTurns);
        }

        Assert.True(strays.Calls > 0, "The source was not reached.");
        await Eventually.Async(() => strays.AreDone);
        Assert.Null(strays.Thrown);
    }

    static ChainBase<int, int> Build(Place place, Strays strays)
    {
        var options = new ChainOptions { Speculation = new SpeculationOptions { Controller = new EagerController() } };
        ChainBuilder<int, int> from = Chain.From<int>("strays");
        return place switch
        {
            Place.Value => from.Then("bad", (x, _) => strays.Next(x)).Build(options),
            Place.Items => from.Stream("bad", (x, _) => strays.Stream(x)).Build(options),
            Place.EachItem => from.Stream("one", (x, _) => One(x)).StreamEach("bad", (x, _) => strays.Stream(x)).Build(options),
            Place.ValueOfAnItem => from.Stream("one", (x, _) => One(x)).ThenEach("bad", (x, _) => strays.Next(x)).Build(options),
            Place.Hypotheses => from.Revise("bad", (x, _) => strays.Stream(Hypothesis.Final(x))).Build(options),
            Place.Route => from.Route("bad", (int _, CancellationToken _) => strays.Next("a"), r => r.To("a", b => b.Then("one", x => x))).Build(options),
            Place.RouteHypotheses => from.Route("bad", (int _, CancellationToken _) => strays.Stream(Hypothesis.Final("a")), r => r.To("a", b => b.Then("one", x => x))).Build(options),
            Place.Device => from.Then("one", (x, _) => new ValueTask<int>(x), o => o.On(DeviceKind.Cpu)).Build(WithDevices(options, strays)),
            Place.Hook => Hears(from).Then("bad", new Hooked(strays), o => o.Speculate()).Build(options),
            Place.Prefill => Hears(from).Then("bad", new Hooked(strays), o => o.Speculate(SpeculationLevel.Prefill)).Build(options),
            _ => from.Then("bad", (x, _) => YieldAsync(x), o => o.Predict((int x, CancellationToken _) => strays.Next(Hypothesis.Tentative(x, 0.9))))
                .Then("next", (x, _) => YieldAsync(x), o => o.Speculate()).Build(options),
        };
    }

    static ChainOptions WithDevices(ChainOptions options, Strays strays)
    {
        options.Devices = new StrayScheduler(strays);
        return options;
    }

    static ChainBuilder<int, int> Hears(ChainBuilder<int, int> from) => from.Revise("hear", (x, _) => HearAsync(x));

    static async IAsyncEnumerable<Hypothesis<int>> HearAsync(int input)
    {
        yield return Hypothesis.Tentative(input, 0.9);
        await Task.Yield();
        yield return Hypothesis.Final(input);
    }

    static async IAsyncEnumerable<int> One(int input)
    {
        await Task.Yield();
        yield return input;
    }

    static async ValueTask<int> YieldAsync(int input)
    {
        await Task.Yield();
        return input;
    }

    /// <summary>Counts the calls of its sources, and keeps the exceptions that the engine throws into them.</summary>
    sealed class Strays
    {
        int _calls;
        int _open;

        public bool Throws { get; init; }

        public int Calls => Volatile.Read(ref _calls);

        public bool AreDone => Volatile.Read(ref _open) == 0;

        public Exception? Thrown { get; private set; }

        public ValueTask<T> Next<T>(T value) => new(new Source<T>(this, value), 0);

        public IAsyncEnumerable<T> Stream<T>(T value) => new Items<T>(this, value);

        public void Call(Action<object?> continuation, object? state)
        {
            Interlocked.Increment(ref _calls);
            Interlocked.Increment(ref _open);
            ThreadPool.UnsafeQueueUserWorkItem(_ => Call(), null);
            if (Throws)
            {
                throw new InvalidDataException();
            }

            void Call()
            {
                for (int i = 0; i < 3; i++)
                {
                    try
                    {
                        continuation(state);
                    }
                    catch (Exception error)
                    {
                        Thrown = error;
                    }

                    if (i == 1)
                    {
                        Thread.Yield();
                    }
                }

                Interlocked.Decrement(ref _open);
            }
        }
    }

    /// <summary>A source that is complete once a continuation is set.</summary>
    sealed class Source<T>(Strays strays, T value) : IValueTaskSource<T>, IValueTaskSource
    {
        volatile bool _isCompleted;

        public T GetResult(short token) => value;

        void IValueTaskSource.GetResult(short token)
        {
        }

        public ValueTaskSourceStatus GetStatus(short token) => _isCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _isCompleted = true;
            strays.Call(continuation, state);
        }
    }

    sealed class Items<T>(Strays strays, T value) : IAsyncEnumerable<T>, IAsyncEnumerator<T>
    {
        int _moves;

        public T Current => value;

        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => strays.Next(Interlocked.Increment(ref _moves) == 1);

        public ValueTask DisposeAsync() => new(new Source<int>(strays, 0), 0);
    }

    sealed class Hooked(Strays strays) : IBlock<int, int>, ICommitHooks, IPrefill<int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => YieldAsync(input);

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken) => new(new Source<int>(strays, 0), 0);

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken) => new(new Source<int>(strays, 0), 0);

        public ValueTask PrefillAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(new Source<int>(strays, 0), 0);
    }

    sealed class StrayScheduler(Strays strays) : IDeviceScheduler
    {
        readonly DeviceScheduler _inner = new([ComputeDevice.Cpu()]);

        public IReadOnlyList<ComputeDevice> Devices => _inner.Devices;

        public int OpenLeases => _inner.OpenLeases;

        public int StuckLanes => _inner.StuckLanes;

        public double LoadOf(DeviceRequest device) => _inner.LoadOf(device);

        public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken) =>
            strays.Next(_inner.AcquireAsync(request, cancellationToken).AsTask().GetAwaiter().GetResult());
    }
}
