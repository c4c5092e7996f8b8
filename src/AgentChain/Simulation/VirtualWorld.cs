using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace AgentChain.Simulation;

/// <summary>
/// Provides virtual time with one thread, one clock and one scheduler. When no task is ready, the clock jumps to the next timer, so hours
/// pass in milliseconds, and every run produces the same events in the same order. Chains run in it unchanged if they are built with
/// <see cref="Options"/>.
/// </summary>
/// <remarks>
/// All code in a world must stay on the world's thread. Code that leaves it, such as an await with <c>ConfigureAwait(false)</c> that does
/// not complete synchronously, and then reads the time, sets a timer or queues a task makes the run fail with the stack trace of that
/// place. Wait through <see cref="Clock"/> (<c>BlockContext.Time</c> in a block): the world cannot see the end of a wait on real time or on
/// another thread. Worlds are independent, so several can run at once.
/// </remarks>
/// <example>
/// <code>
/// TimeSpan took = VirtualWorld.Run(async world =>
/// {
///     await using Chain&lt;string, int&gt; chain = Chain.From&lt;string&gt;("count")
///         .Then("length", new SimulatedBlock&lt;string, int&gt;(LatencyModel.Fixed(80.Milliseconds()), text => text.Length))
///         .Build(world.Options());
///     await chain.RunAsync("hello");
///     return world.Elapsed; // 80 ms
/// });
/// </code>
/// </example>
[DebuggerDisplay("{Elapsed.TotalMilliseconds} ms, {_events.Count} events")]
public sealed class VirtualWorld
{
    const string Remedy = "Wait with VirtualWorld.Delay or through BlockContext.Time, and do not start work on other threads.";

    /// <summary>The number of timers at one instant that counts as an endless loop.</summary>
    const int MostTimersAtOnce = 1_000_000;

    readonly Thread _thread;
    readonly List<string> _events = [];
    readonly List<Func<IEnumerable<string>>> _chains = [];
    volatile string? _left;

    VirtualWorld(Thread thread)
    {
        _thread = thread;
        Scheduler = new VirtualScheduler(this);
        Clock = new VirtualClock(this);
    }

    /// <summary>Gets the clock of the world.</summary>
    public VirtualClock Clock { get; }

    /// <summary>Gets the scheduler of the world.</summary>
    public VirtualScheduler Scheduler { get; }

    /// <summary>Gets the virtual time since the start of the world.</summary>
    public TimeSpan Elapsed => Clock.Elapsed;

    /// <summary>Gets the recorded events. Each line begins with its time in milliseconds.</summary>
    public IReadOnlyList<string> Events => _events;

    /// <summary>
    /// Runs a function and everything it starts in virtual time. Returns when the function has completed and no task is ready.
    /// </summary>
    /// <param name="main">The function to run.</param>
    /// <exception cref="InvalidOperationException">
    /// Code left the world's thread, or the function waits forever because no task is ready and no timer is set.
    /// </exception>
    /// <remarks>Blocks the calling thread; the function runs on another thread. Exceptions of the function propagate unchanged.</remarks>
    public static void Run(Func<VirtualWorld, Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        Run(async world =>
        {
            await main(world);
            return true;
        });
    }

    /// <summary>
    /// Runs a function and everything it starts in virtual time. Returns when the function has completed and no task is ready.
    /// </summary>
    /// <typeparam name="T">The type of the function's result.</typeparam>
    /// <param name="main">The function to run.</param>
    /// <returns>The result of the function.</returns>
    /// <exception cref="InvalidOperationException">
    /// Code left the world's thread, or the function waits forever because no task is ready and no timer is set.
    /// </exception>
    /// <remarks>Blocks the calling thread; the function runs on another thread. Exceptions of the function propagate unchanged.</remarks>
    public static T Run<T>(Func<VirtualWorld, Task<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
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

    /// <summary>Creates the options of a chain that runs in this world, with its clock and its scheduler.</summary>
    /// <param name="more">A callback that sets further options.</param>
    /// <returns>The options.</returns>
    public ChainOptions Options(Action<ChainOptions>? more = null)
    {
        var options = new ChainOptions { TimeProvider = Clock, TaskScheduler = Scheduler };
        more?.Invoke(options);
        return options;
    }

    /// <summary>Waits in virtual time, exact to the tick of 100 ns.</summary>
    /// <param name="time">The time to wait. If zero or less, the method returns a completed task.</param>
    /// <param name="cancellationToken">A token that cancels the wait.</param>
    /// <returns>A task that completes when the time has elapsed.</returns>
    public Task Delay(TimeSpan time, CancellationToken cancellationToken = default) => VirtualDelay.Of(Clock, time, cancellationToken);

    /// <summary>Waits in virtual time, exact to the tick of 100 ns.</summary>
    /// <param name="milliseconds">The time to wait, in milliseconds. If zero or less, the method returns a completed task.</param>
    /// <param name="cancellationToken">A token that cancels the wait.</param>
    /// <returns>A task that completes when the time has elapsed.</returns>
    public Task Delay(double milliseconds, CancellationToken cancellationToken = default) =>
        Delay(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Adds an event to <see cref="Events"/>, with the current virtual time.</summary>
    /// <param name="what">A description of the event.</param>
    public void Record(string what)
    {
        CheckThread();
        _events.Add(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalMilliseconds:0.####} {what}"));
    }

    /// <summary>Registers a chain that runs in the world.</summary>
    internal void Observe(Func<IEnumerable<string>> work) => _chains.Add(work);

    internal void CheckThread()
    {
        if (!IsHere())
        {
            throw new InvalidOperationException("Code left the thread of virtual time.");
        }
    }

    /// <summary>Returns whether the caller is on the world's thread; if not, notes the place, so that the world fails.</summary>
    internal bool IsHere()
    {
        if (Thread.CurrentThread == _thread)
        {
            return true;
        }

        if (_left is null)
        {
            // Now: by the time that the world's thread looks, the block that left may have failed because of it.
            _left = $"{RunningElsewhere()} {Remedy} It left here:{Environment.StackTrace}";
        }

        return false;
    }

    internal void Post(Action<object?> what, object state) =>
        Task.Factory.StartNew(what, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);

    T Pump<T>(Func<VirtualWorld, Task<T>> main)
    {
        Task<Task<T>> outer = Task.Factory.StartNew(
            () => main(this), CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);
        Task<T>? inner = null;
        int timers = 0;
        while (inner is not { IsCompleted: true })
        {
            if (_left is { } early)
            {
                throw Left(early);
            }

            TimeSpan before = Elapsed;
            bool ran = Scheduler.RunNext();
            if (!ran && !Clock.MoveToNextTimer())
            {
                throw _left is { } left ? Left(left) : new InvalidOperationException(
                    $"Nothing is ready and no timer is set after {OptionCheck.Ms(Elapsed)}, but the work is not done: it waits for an event outside of virtual time, " +
                    $"such as a chain built without VirtualWorld.Options, Task.Delay without a clock, Task.Run or another thread, or for an event that never happens.{Running()} {Remedy}");
            }

            timers = Elapsed > before ? 0 : ran ? timers : timers + 1;
            if (timers > MostTimersAtOnce)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{MostTimersAtOnce} timers fired at {Elapsed.TotalMilliseconds} ms without time advancing: code keeps setting a timer that is due immediately."));
            }

            if (inner is null && outer.IsCompleted)
            {
                inner = outer.GetAwaiter().GetResult();
            }
        }

        T result = inner.GetAwaiter().GetResult();
        while (Scheduler.RunNext())
        {
        }

        return _left is { } place ? throw Left(place) : result;
    }

    static InvalidOperationException Left(string place) => new($"Code left the thread of virtual time.{place}");

    /// <summary>Describes the running work of the world's chains, for error messages.</summary>
    /// <summary>Returns what runs, for a caller on another thread, whose world may be changing.</summary>
    string RunningElsewhere()
    {
        try
        {
            return Running();
        }
        catch (Exception)
        {
            return "";
        }
    }

    string Running()
    {
        string[] work = [.. _chains.SelectMany(chain => chain())];
        string running = work.Length > 0 ? $" Running: {string.Join("; ", work)}." : "";
        return _events.Count > 0 ? $"{running} Last event: {_events[^1]}." : running;
    }
}
