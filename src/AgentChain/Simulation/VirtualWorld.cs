using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace AgentChain.Simulation;

/// <summary>
/// Virtual time: one thread, one clock, one scheduler. When no task is ready, the clock jumps to the next timer, so hours pass in
/// milliseconds and a run gives the same events in the same order each time. Chains run in it unchanged, built with <see cref="Options"/>.
/// </summary>
/// <remarks>
/// Everything inside belongs to the world's thread. What leaves it, such as an await with <c>ConfigureAwait(false)</c> that has to wait,
/// and then asks for the time, sets a timer or queues a task makes the run fail with the place where it left. Waits go through
/// <see cref="Clock"/> (<c>BlockContext.Time</c> in a block); a wait on real time or on another thread is never seen to end.
/// Worlds are independent, so several can run at once.
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
    const string Remedy = "Wait with VirtualWorld.Delay, or through BlockContext.Time, and start no work on other threads.";

    /// <summary>So many timers at one instant are a loop that time never ends.</summary>
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

    /// <summary>Gets the clock.</summary>
    public VirtualClock Clock { get; }

    /// <summary>Gets the scheduler.</summary>
    public VirtualScheduler Scheduler { get; }

    /// <summary>Gets the virtual time since the beginning.</summary>
    public TimeSpan Elapsed => Clock.Elapsed;

    /// <summary>Gets what was recorded so far, each line beginning with its time in milliseconds.</summary>
    public IReadOnlyList<string> Events => _events;

    /// <summary>Runs a piece of code, and everything it starts, in virtual time; returns when it is done and nothing is ready any more.</summary>
    /// <param name="main">The code.</param>
    /// <exception cref="InvalidOperationException">
    /// Something left the world's thread; or the code waits for what will never come, because nothing is ready and no timer is set.
    /// </exception>
    /// <remarks>Blocks its caller, who is on another thread. What the code throws comes out of it unchanged.</remarks>
    public static void Run(Func<VirtualWorld, Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        Run(async world =>
        {
            await main(world);
            return true;
        });
    }

    /// <summary>Runs a piece of code, and everything it starts, in virtual time; returns when it is done and nothing is ready any more.</summary>
    /// <typeparam name="T">What the code makes.</typeparam>
    /// <param name="main">The code.</param>
    /// <returns>What it made.</returns>
    /// <exception cref="InvalidOperationException">
    /// Something left the world's thread; or the code waits for what will never come, because nothing is ready and no timer is set.
    /// </exception>
    /// <remarks>Blocks its caller, who is on another thread. What the code throws comes out of it unchanged.</remarks>
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

    /// <summary>Gives the options of a chain that is to run in this world: its clock and its scheduler.</summary>
    /// <param name="more">Sets what else there is to set.</param>
    /// <returns>The options.</returns>
    public ChainOptions Options(Action<ChainOptions>? more = null)
    {
        var options = new ChainOptions { TimeProvider = Clock, TaskScheduler = Scheduler };
        more?.Invoke(options);
        return options;
    }

    /// <summary>Waits in virtual time, exactly to the tick of 100 ns.</summary>
    /// <param name="time">How long; not at all when zero or less.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task for the wait.</returns>
    public Task Delay(TimeSpan time, CancellationToken cancellationToken = default) => VirtualDelay.Of(Clock, time, cancellationToken);

    /// <summary>Waits in virtual time, exactly to the tick of 100 ns.</summary>
    /// <param name="milliseconds">How long, in milliseconds; not at all when zero or less.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task for the wait.</returns>
    public Task Delay(double milliseconds, CancellationToken cancellationToken = default) =>
        Delay(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Adds an event to <see cref="Events"/>, with its time. A run in which nobody calls it keeps nothing.</summary>
    /// <param name="what">What happened.</param>
    public void Record(string what)
    {
        CheckThread();
        _events.Add(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalMilliseconds:0.####} {what}"));
    }

    /// <summary>Knows a chain that runs in the world.</summary>
    internal void Observe(Func<IEnumerable<string>> work) => _chains.Add(work);

    internal void CheckThread()
    {
        if (Thread.CurrentThread != _thread)
        {
            _left ??= Environment.StackTrace;
            throw new InvalidOperationException("Something left the thread of virtual time.");
        }
    }

    internal void Post(Action<object?> what, object state) =>
        Task.Factory.StartNew(what, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);

    T Pump<T>(Func<VirtualWorld, Task<T>> main)
    {
        Task<Task<T>> outer = Task.Factory.StartNew(() => main(this), CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);
        Task<T>? inner = null;
        int timers = 0;
        while (inner is not { IsCompleted: true })
        {
            TimeSpan before = Elapsed;
            bool ran = Scheduler.RunNext();
            if (!ran && !Clock.MoveToNextTimer())
            {
                throw _left is { } left ? Left(left) : new InvalidOperationException(
                    $"Nothing is ready and no timer is set after {OptionCheck.Ms(Elapsed)}, but the work is not done: it waits for something outside of virtual time, " +
                    $"such as Task.Delay without a clock, Task.Run or another thread, or for what never comes.{Running()} {Remedy}");
            }

            timers = Elapsed > before ? 0 : ran ? timers : timers + 1;
            if (timers > MostTimersAtOnce)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{MostTimersAtOnce} timers fired after {Elapsed.TotalMilliseconds} ms and time does not go on: something sets a timer that is due again and again."));
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

    InvalidOperationException Left(string place) => new($"Something left the thread of virtual time.{Running()} {Remedy} It left here:{place}");

    /// <summary>What runs in the world's chains, for errors.</summary>
    string Running()
    {
        string[] work = [.. _chains.SelectMany(chain => chain())];
        string running = work.Length > 0 ? $" Running: {string.Join("; ", work)}." : "";
        return _events.Count > 0 ? $"{running} Last event: {_events[^1]}." : running;
    }
}
