using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>
/// A run that fails at the instant its input becomes final: the final value is being compared, under the lock under which it commits,
/// while the error of the run waits for that lock.
/// </summary>
public class CommitRaceTests
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Block_ThrowsWhileItsInputIsCommitted_TheTurnFails()
    {
        using var race = new Race();
        await using Chain<int, int> chain = Chain.From<int>("race")
            .Revise("listen", race)
            .Then("bad", (int _, CancellationToken _) => Task.Run<int>(() => race.Fail(new InvalidDataException())).AsValueTask(), o => o.Speculate().CommitKey(_ => race.Key))
            .Build(Eager());
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Never);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        Assert.IsType<InvalidDataException>(result.Error.InnerException);
        Assert.Equal(0, chain.LiveTurns);
    }

    [Fact]
    public async Task Scheduler_ThrowsWhileTheInputIsCommitted_TheTurnFails()
    {
        using var race = new Race();
        using var devices = new Refusing(race);
        await using Chain<int, int> chain = Chain.From<int>("race")
            .Revise("listen", race)
            .Then("bad", (x, _) => ValueTask.FromResult(x), o => o.Speculate().On("cpu").CommitKey(_ => race.Key))
            .Build(Eager(devices));
        TurnResult result = await chain.Start(1).Completion.WaitAsync(Never);
        Assert.Equal((TurnOutcome.Failed, "bad"), (result.Outcome, result.Error!.Block));
        Assert.IsType<IOException>(result.Error.InnerException);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turns_ManyThatFailAsTheyAreCommitted_EachEnds(bool device)
    {
        using var devices = new Refusing(null);
        await using Chain<int, int> chain = Chain.From<int>("race")
            .Revise("listen", new Sure())
            .Then<int>("bad", async (int _, CancellationToken _) =>
            {
                await Task.Yield();
                throw new InvalidDataException();
            }, o => _ = device ? o.Speculate().On("cpu") : o.Speculate())
            .Build(Eager(devices));
        for (int i = 0; i < 200; i++)
        {
            TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => chain.Start(n).Completion)).WaitAsync(Never);
            Assert.All(results, r => Assert.Equal((TurnOutcome.Failed, "bad"), (r.Outcome, r.Error!.Block)));
        }
    }

    static ChainOptions Eager(IDeviceScheduler? devices = null) =>
        new() { Devices = devices, Speculation = new SpeculationOptions { Controller = new EagerController() } };

    /// <summary>Publishes a value tentatively, then as final.</summary>
    sealed class Sure : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Tentative(input, 0.5);
            await Task.Yield();
            yield return Hypothesis.Final(input);
        }
    }

    /// <summary>Publishes its value as final once the run on it has begun; the run fails while the two values are compared.</summary>
    sealed class Race : IRevisingBlock<int, int>, IDisposable
    {
        readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly ManualResetEventSlim _comparing = new();
        volatile Thread? _failing;

        public object Key => new Compared(this);

        public int Fail(Exception error)
        {
            _failing = Thread.CurrentThread;
            _begun.TrySetResult();
            Assert.True(_comparing.Wait(Never));
            throw error;
        }

        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Tentative(input, 0.5);
            await _begun.Task;
            yield return Hypothesis.Final(input);
        }

        public void Dispose() => _comparing.Dispose();

        sealed class Compared(Race race) : IEquatable<Compared>
        {
            public bool Equals(Compared? other)
            {
                if (race._failing is { } thread)
                {
                    race._comparing.Set();

                    // Until the error waits for the lock that is held here, or a thread as slow as this has had its time.
                    SpinWait.SpinUntil(() => !race._comparing.IsSet, 50);
                    SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0, 2000);
                }

                return true;
            }

            public override bool Equals(object? obj) => Equals(obj as Compared);

            public override int GetHashCode() => 0;
        }
    }

    sealed class Refusing(Race? race) : IDeviceScheduler, IDisposable
    {
        readonly DeviceScheduler _devices = new();

        public IReadOnlyList<ComputeDevice> Devices => _devices.Devices;

        public int OpenLeases => 0;

        public int StuckLanes => 0;

        public ValueTask<DeviceLease> AcquireAsync(PlacementRequest request, CancellationToken cancellationToken) =>
            new(Task.Run(Refuse, CancellationToken.None));

        public void Dispose() => _devices.Dispose();

        DeviceLease Refuse()
        {
            race?.Fail(new IOException());
            throw new IOException();
        }
    }
}

static class TaskExtensions
{
    public static ValueTask<T> AsValueTask<T>(this Task<T> task) => new(task);
}
