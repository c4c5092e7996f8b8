using System.Runtime.ExceptionServices;

namespace AgentChain.Tests.Simulation;

/// <summary>
/// Virtual time: one thread, one clock, one scheduler. When no task is ready, the clock moves to the next timer. Whatever asks for the
/// time, sets a timer or queues a task from another thread is an error, so a continuation that leaves the thread is found.
/// </summary>
sealed class VirtualWorld
{
    readonly Thread _thread;
    readonly List<string> _events = [];
    string? _left;

    VirtualWorld(Thread thread)
    {
        _thread = thread;
        Scheduler = new VirtualScheduler(CheckThread);
        Clock = new VirtualClock(
            fire => Task.Factory.StartNew(fire, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler), CheckThread);
        Start = Clock.GetTimestamp();
    }

    public VirtualClock Clock { get; }

    public VirtualScheduler Scheduler { get; }

    public long Start { get; }

    /// <summary>The virtual time since the beginning.</summary>
    public TimeSpan Elapsed => Clock.GetElapsedTime(Start);

    public IReadOnlyList<string> Events => _events;

    /// <summary>Chain options for this world.</summary>
    public ChainOptions Options(Action<ChainOptions>? more = null)
    {
        var options = new ChainOptions { TimeProvider = Clock, TaskScheduler = Scheduler };
        more?.Invoke(options);
        return options;
    }

    public Task Delay(double milliseconds, CancellationToken cancellationToken = default) =>
        Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Clock, cancellationToken);

    /// <summary>Notes an event with its time.</summary>
    public void Record(string what)
    {
        CheckThread();
        _events.Add($"{Elapsed.TotalMilliseconds:0.####} {what}");
    }

    public void CheckThread()
    {
        if (Thread.CurrentThread != _thread)
        {
            _left ??= Environment.StackTrace;
            throw new InvalidOperationException("Something left the thread of virtual time.");
        }
    }

    public static void Run(Func<VirtualWorld, Task> main) => Run(async world =>
    {
        await main(world);
        return true;
    });

    /// <summary>Runs a piece of code and everything it starts in virtual time.</summary>
    public static T Run<T>(Func<VirtualWorld, Task<T>> main)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = new VirtualWorld(Thread.CurrentThread).Pump(main);
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        })
        { IsBackground = true, Name = "virtual time" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    T Pump<T>(Func<VirtualWorld, Task<T>> main)
    {
        Task<Task<T>> outer = Task.Factory.StartNew(() => main(this), CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);
        Task<T>? inner = null;
        while (inner is not { IsCompleted: true })
        {
            if (!Scheduler.RunNext() && !Clock.MoveToNextTimer())
            {
                throw new InvalidOperationException(
                    $"Nothing is ready and no timer is set after {Elapsed.TotalMilliseconds} ms, but the work is not done. Last: {_events.LastOrDefault()}");
            }

            if (outer.IsCompleted)
            {
                inner ??= outer.GetAwaiter().GetResult();
            }
        }

        T result = inner.GetAwaiter().GetResult();
        while (Scheduler.RunNext())
        {
        }

        return _left is null ? result : throw new InvalidOperationException($"Something left the thread of virtual time:{_left}");
    }
}
