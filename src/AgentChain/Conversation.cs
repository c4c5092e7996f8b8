using System.Diagnostics;
using System.Runtime.CompilerServices;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain;

/// <summary>
/// Represents a sequence of turns of one chain, with their history. Only one turn runs at a time: a new turn interrupts the running one or
/// waits for it. Many conversations can share a chain. Thread-safe.
/// </summary>
/// <typeparam name="TIn">The type of the chain's input.</typeparam>
/// <typeparam name="TOut">The type of the chain's output.</typeparam>
/// <remarks>
/// The history holds the turns that completed, and those that were interrupted, failed or ran out of time after the user heard part of
/// them; see <see cref="Exchange{TIn, TOut}.Heard"/>. An incomplete turn is recorded only if the user heard part of it. If several callers
/// start turns at the same time, the turns run one after another, in the order in which the callers acquired the conversation.
/// </remarks>
/// <example>
/// <code>
/// await using Conversation&lt;Question, string&gt; conversation = chain.OpenConversation();
/// await using Turn&lt;string&gt; turn = await conversation.StartAsync(history => new Question(text, history));
/// </code>
/// </example>
[DebuggerDisplay("{_chain.Name,nq}: {_told.Count} exchanges")]
public sealed class Conversation<TIn, TOut> : IAsyncDisposable
{
    readonly ChainBase<TIn, TOut> _chain;
    readonly TurnOverlap _overlap;
    readonly int _historyLength;
    readonly TimeSpan? _falseAlarmAfter;
    readonly SemaphoreSlim _starting = new(1, 1);
    readonly Lock _lock = new();
    readonly List<HistoryEntry<TIn, TOut>> _told = [];
    readonly List<BargeIn> _bargeIns = [];

    /// <summary>The running turn, or the last one if none is running.</summary>
    HistoryEntry<TIn, TOut>? _latest;
    readonly WasteBudget? _waste;
    bool _closed;

    internal Conversation(ChainBase<TIn, TOut> chain, ConversationOptions options)
    {
        OptionCheck.Defined(options.Overlap, "ConversationOptions.Overlap");
        OptionCheck.AtLeast(options.HistoryLength, 0, "ConversationOptions.HistoryLength");
        OptionCheck.Positive(options.FalseAlarmAfter, "ConversationOptions.FalseAlarmAfter");
        (_chain, _overlap, _historyLength, _falseAlarmAfter) = (chain, options.Overlap, options.HistoryLength, options.FalseAlarmAfter);
        _waste = chain.NewWasteBudget();
    }

    /// <summary>Gets a snapshot of the recorded turns, oldest first.</summary>
    public IReadOnlyList<Exchange<TIn, TOut>> History
    {
        get
        {
            lock (_lock)
            {
                Settle();
                int before = _told.Count(t => t.BelongsInHistory) - _historyLength;
                return [.. _told.Where(t => t.BelongsInHistory).Skip(before).Select(t => t.Tell())];
            }
        }
    }

    /// <summary>Starts a turn after the previous turn has ended. The previous turn is interrupted or awaited.</summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="cancellationToken">
    /// A token that cancels the wait for the previous turn or, once the new turn has started, interrupts the new turn.
    /// </param>
    /// <returns>The turn. Its output can be read while it is produced.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled before the turn started.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is disposed.</exception>
    /// <remarks>
    /// As with <see cref="ChainBase{TIn,TOut}.Start(TIn, CancellationToken)"/>, the caller must read the turn's
    /// <see cref="Turn{T}.Output"/> to its end or dispose the turn. The next turn of the conversation interrupts a turn that is still running (<see cref="TurnOverlap.Interrupt"/>) or waits
    /// for it (<see cref="TurnOverlap.Wait"/>). Disposing the conversation interrupts it.
    /// </remarks>
    public ValueTask<Turn<TOut>> StartAsync(TIn input, CancellationToken cancellationToken = default) =>
        StartAsync(_ => input, LatencyBudget.None, cancellationToken);

    /// <summary>
    /// Starts a turn with options of its own, such as a shorter budget, after the previous turn has ended; otherwise like
    /// <see cref="StartAsync(TIn, CancellationToken)"/>.
    /// </summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="options">The options of the turn. Its limits count from this call, so the wait for the previous turn counts.</param>
    /// <param name="cancellationToken">
    /// A token that cancels the wait for the previous turn or, once the new turn has started, interrupts the new turn.
    /// </param>
    /// <returns>The turn. Its output can be read while it is produced.</returns>
    /// <exception cref="ArgumentException">An option is not allowed in this chain.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before the turn started.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is disposed.</exception>
    [OverloadResolutionPriority(-1)]
    public ValueTask<Turn<TOut>> StartAsync(TIn input, TurnOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(_ => input, _chain.BudgetOf(options), cancellationToken);

    /// <summary>Starts a turn whose input is created from the current history.</summary>
    /// <param name="input">
    /// A function that creates the input. It is called after the previous turn has ended. If it throws, the exception propagates to the
    /// caller and no turn starts.
    /// </param>
    /// <param name="cancellationToken">
    /// A token that cancels the wait for the previous turn or, once the new turn has started, interrupts the new turn.
    /// </param>
    /// <returns>The turn. Its output can be read while it is produced.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled before the turn started.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is disposed.</exception>
    /// <remarks>
    /// <para>
    /// As with <see cref="ChainBase{TIn,TOut}.Start(TIn, CancellationToken)"/>, the caller must read the turn's
    /// <see cref="Turn{T}.Output"/> to its end or dispose the turn. The next turn of the conversation interrupts a turn that is still running (<see cref="TurnOverlap.Interrupt"/>) or waits
    /// for it (<see cref="TurnOverlap.Wait"/>). Disposing the conversation interrupts it.
    /// </para>
    /// <para>
    /// Pending barge-ins are committed, because a new turn means that the user did speak. <paramref name="input"/> can run on a different
    /// thread from the caller's. With <see cref="TurnOverlap.Wait"/>, a running turn whose output is not read may never end, because its
    /// chain waits for its host. In that case this method never completes.
    /// </para>
    /// </remarks>
    public ValueTask<Turn<TOut>> StartAsync(
        Func<IReadOnlyList<Exchange<TIn, TOut>>, TIn> input, CancellationToken cancellationToken = default) =>
        StartAsync(input, LatencyBudget.None, cancellationToken);

    async ValueTask<Turn<TOut>> StartAsync(
        Func<IReadOnlyList<Exchange<TIn, TOut>>, TIn> input, LatencyBudget budget, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);

        HostThread.Leave();
        long asked = budget.IsNone ? 0 : _chain.Time.GetTimestamp();
        await _starting.WaitAsync(cancellationToken);
        try
        {
            CommitBargeIns();
            await EndRunningAsync(_overlap == TurnOverlap.Interrupt, cancellationToken);
            TIn made = input(History);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                LatencyBudget left = budget.IsNone ? budget : budget.After(_chain.Time.GetElapsedTime(asked));
                Turn<TOut> turn = _chain.StartKept(made, out TurnCore<TOut> kept, _waste, cancellationToken, left);
                _latest = new(turn, kept, made);
                return turn;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>
    /// Pauses the output of the running turn immediately because the user might be speaking. The chain keeps working upstream of the pause,
    /// so nothing is lost after a false alarm.
    /// </summary>
    /// <returns>
    /// The barge-in. Commit or resume it. It resumes when disposed or after <see cref="ConversationOptions.FalseAlarmAfter"/>, and is
    /// committed when the next turn starts. Several barge-ins can be pending at once: output continues when all of them have resumed, and
    /// the first one to be committed interrupts the turn. If there is no turn to pause, the barge-in has no effect.
    /// </returns>
    /// <remarks>A completed turn whose output is still being read is paused and cut short like a running turn.</remarks>
    public BargeIn BeginBargeIn()
    {
        IBargeable? turn;
        lock (_lock)
        {
            turn = _closed ? null : _latest?.Bargeable;
        }

        var begun = new BargeIn(turn, _chain.Time, _falseAlarmAfter, Forget);
        bool tooLate;
        lock (_lock)
        {
            // A turn that started in the meantime did not see this barge-in.
            tooLate = turn is not null && !ReferenceEquals(_latest?.Bargeable, turn);
            if (!tooLate)
            {
                _bargeIns.Add(begun);
            }
        }

        if (tooLate)
        {
            begun.Commit();
        }
        else if (begun.State != BargeInState.Pending)
        {
            Forget(begun);
        }

        return begun;
    }

    /// <summary>Interrupts the running turn, if there is one.</summary>
    public void Interrupt()
    {
        Turn<TOut>? turn;
        lock (_lock)
        {
            turn = _latest?.Turn;
        }

        turn?.Interrupt();
    }

    /// <summary>
    /// Closes the conversation. Interrupts the running turn, waits for its end and prevents further turns. The history remains available.
    /// </summary>
    /// <returns>A task that completes when the running turn has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        HostThread.Leave();
        lock (_lock)
        {
            _closed = true;
        }

        CommitBargeIns();
        await EndRunningAsync(interrupt: true, CancellationToken.None);
    }

    /// <summary>Describes the conversation in one line: names and numbers, never user text.</summary>
    /// <returns>A one-line description.</returns>
    public override string ToString() 
    {
        lock (_lock)
        {
            string running =
                _closed ? "closed" : _latest is { HasEnded: false, Turn: { } turn } ? $"{turn.Id} is running" : "no turn is running";
            return OptionCheck.Text($"conversation on chain '{_chain.Name}': {OptionCheck.Count(_told.Count, "exchange")}, {running}");
        }
    }

    Task EndRunningAsync(bool interrupt, CancellationToken cancellationToken)
    {
        Turn<TOut>? turn;
        lock (_lock)
        {
            turn = _latest is { HasEnded: false } running ? running.Turn : null;
        }

        if (turn is null)
        {
            return Task.CompletedTask;
        }

        if (interrupt)
        {
            turn.Interrupt();
        }

        return turn.Completion.WaitAsync(cancellationToken);
    }

    void CommitBargeIns()
    {
        BargeIn[] pending;
        lock (_lock)
        {
            pending = [.. _bargeIns];
        }

        foreach (BargeIn bargeIn in pending)
        {
            bargeIn.Commit();
        }
    }

    void Forget(BargeIn decided)
    {
        lock (_lock)
        {
            _bargeIns.Remove(decided);
        }
    }

    /// <summary>
    /// Adds the ended turn to the history. Runs on every read, so a caller that saw the turn end finds it in the history.
    /// </summary>
    void Settle()
    {
        if (_latest is not { HasEnded: true, IsListed: false } ended)
        {
            return;
        }

        ended.IsListed = true;

        // From here on, heard reports for earlier turns come too late.
        _told.RemoveAll(t => !t.BelongsInHistory);
        _told.ForEach(t => t.Freeze());
        _told.Add(ended);
        if (_told.Count - 1 > _historyLength)
        {
            _told.RemoveAt(0);
        }
    }
}
