using AgentChain.Engine.Deadlines;

namespace AgentChain.Tests.Engine;

public sealed class CancellationThreadsTests
{
    [Fact]
    public async Task Run_StoppedAndAllThreadsAreBusy_TheTokenFiresAllTheSame()
    {
        using var gate = new ManualResetEventSlim();
        int held = 0;
        var threads = new CancellationThreads(static _ => { }, "test");
        for (int i = 0; i < 2; i++)
        {
            var blocked = new CancellationTokenSource();
            blocked.Token.Register(() =>
            {
                Interlocked.Increment(ref held);
                gate.Wait();
            });
            threads.Run(blocked);
        }

        try
        {
            await Eventually.Async(() => Volatile.Read(ref held) == 2);
            threads.Stop();
            using var next = new CancellationTokenSource();
            threads.Run(next);
            await Eventually.Async(() => next.IsCancellationRequested);
        }
        finally
        {
            gate.Set();
        }
    }

    /// <summary>A thread that is not woken takes a token only after its idle time, and a hundred of those are longer than the test waits.</summary>
    [Fact]
    public async Task Run_AThreadIsIdle_ItIsWoken()
    {
        var threads = new CancellationThreads(static _ => { }, "test");
        try
        {
            await RunManyAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        finally
        {
            threads.Stop();
        }

        async Task RunManyAsync()
        {
            for (int i = 0; i < 200; i++)
            {
                var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                using var next = new CancellationTokenSource();
                using CancellationTokenRegistration registration = next.Token.Register(fired.SetResult);
                threads.Run(next);
                await fired.Task;
                await Task.Delay(1.Milliseconds(), TimeProvider.System);
            }
        }
    }

    /// <summary>Without a look later, a token waits for as long as the callbacks before it.</summary>
    [Fact]
    public async Task Run_AllThreadsAreBusy_AsksForALookOnceAndStartsAThreadThen()
    {
        using var gate = new ManualResetEventSlim();
        int held = 0;
        int looks = 0;
        var threads = new CancellationThreads(_ => Interlocked.Increment(ref looks), "test");
        for (int i = 0; i < 2; i++)
        {
            var blocked = new CancellationTokenSource();
            blocked.Token.Register(() =>
            {
                Interlocked.Increment(ref held);
                gate.Wait();
            });
            threads.Run(blocked);
        }

        try
        {
            await Eventually.Async(() => Volatile.Read(ref held) == 2);
            CancellationTokenSource[] next = [new(), new(), new()];
            Array.ForEach(next, threads.Run);
            Assert.Equal(1, looks);
            Assert.All(next, n => Assert.False(n.IsCancellationRequested));
            threads.OnDue(0);
            threads.OnDue(0);
            await Eventually.Async(() => next.All(n => n.IsCancellationRequested));
        }
        finally
        {
            gate.Set();
            threads.Stop();
        }
    }
}
