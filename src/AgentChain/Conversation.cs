using System.Diagnostics;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain;

/// <summary>
/// Turns of one chain in order, with their history. One turn runs at a time: a new one interrupts the one that still runs, or
/// waits for it. Many conversations share a chain. Safe for use from several threads.
/// </summary>
/// <typeparam name="TIn">What the chain takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
/// <remarks>
/// The history holds the turns that completed, and those of which something was heard before they were interrupted, failed or ran out of
/// time; see <see cref="Exchange{TIn, TOut}.Heard"/>. A turn that did not complete and of which nothing was heard leaves no trace. When
/// several callers start at once, their turns come one after the other, in the order in which the callers got hold of the conversation.
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
    readonly Chain<TIn, TOut> _chain;
    readonly TurnOverlap _overlap;
    readonly int _historyLength;
    readonly TimeSpan? _falseAlarmAfter;
    readonly SemaphoreSlim _starting = new(1, 1);
    readonly Lock _lock = new();
    readonly List<HistoryEntry<TIn, TOut>> _told = [];
    readonly List<BargeIn> _bargeIns = [];

    /// <summary>The turn that runs; when none does, the one that ran last.</summary>
    HistoryEntry<TIn, TOut>? _latest;
    readonly WasteBudget? _waste;
    bool _closed;

    internal Conversation(Chain<TIn, TOut> chain, ConversationOptions options)
    {
        OptionCheck.Defined(options.Overlap, "ConversationOptions.Overlap");
        OptionCheck.AtLeast(options.HistoryLength, 0, "ConversationOptions.HistoryLength");
        OptionCheck.Positive(options.FalseAlarmAfter, "ConversationOptions.FalseAlarmAfter");
        (_chain, _overlap, _historyLength, _falseAlarmAfter) = (chain, options.Overlap, options.HistoryLength, options.FalseAlarmAfter);
        _waste = chain.NewWasteBudget();
    }

    /// <summary>Gets the turns to be remembered so far, oldest first: a snapshot that does not change.</summary>
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

    /// <summary>Starts a turn, once the one before is over: interrupted, or waited for.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Ends the wait for the turn before; interrupts this turn when it fires later.</param>
    /// <returns>The turn; its output can be read while it is made.</returns>
    /// <exception cref="OperationCanceledException">The token fired before the turn began.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is closed.</exception>
    /// <remarks>
    /// The caller must read the turn's <see cref="Turn{T}.Output"/> to its end or dispose the turn, as with <see cref="Chain{TIn, TOut}.Start"/>; the next
    /// turn of the conversation interrupts one that still runs (<see cref="TurnOverlap.Interrupt"/>) or waits for it (<see cref="TurnOverlap.Wait"/>),
    /// and disposing the conversation interrupts it.
    /// </remarks>
    public ValueTask<Turn<TOut>> StartAsync(TIn input, CancellationToken cancellationToken = default) =>
        StartAsync(_ => input, cancellationToken);

    /// <summary>Starts a turn whose input is made from the history as it then stands.</summary>
    /// <param name="input">Makes the input, once the turn before is over. What it throws, this throws, and no turn begins.</param>
    /// <param name="cancellationToken">Ends the wait for the turn before; interrupts this turn when it fires later.</param>
    /// <returns>The turn; its output can be read while it is made.</returns>
    /// <exception cref="OperationCanceledException">The token fired before the turn began.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is closed.</exception>
    /// <remarks>
    /// <para>
    /// The caller must read the turn's <see cref="Turn{T}.Output"/> to its end or dispose the turn, as with <see cref="Chain{TIn, TOut}.Start"/>; the next
    /// turn of the conversation interrupts one that still runs (<see cref="TurnOverlap.Interrupt"/>) or waits for it (<see cref="TurnOverlap.Wait"/>),
    /// and disposing the conversation interrupts it.
    /// </para>
    /// Barge-ins that are pending are committed: somebody did speak. <paramref name="input"/> may run on another thread than the caller's.
    /// With <see cref="TurnOverlap.Wait"/>, a turn whose output nobody reads may never end (its chain waits for its host), and then neither
    /// does this.
    /// </remarks>
    public async ValueTask<Turn<TOut>> StartAsync(
        Func<IReadOnlyList<Exchange<TIn, TOut>>, TIn> input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);

        HostThread.Leave();
        await _starting.WaitAsync(cancellationToken);
        try
        {
            CommitBargeIns();
            await EndRunningAsync(_overlap == TurnOverlap.Interrupt, cancellationToken);
            TIn made = input(History);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                Turn<TOut> turn = _chain.StartKept(made, out TurnCore<TOut> kept, _waste, cancellationToken);
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
    /// Somebody may be speaking: pauses the output of the turn that runs at once, until it is known. The chain goes on behind the
    /// pause, so that after a false alarm nothing is lost.
    /// </summary>
    /// <returns>
    /// The barge-in, to be committed or resumed. It resumes by itself when disposed or after
    /// <see cref="ConversationOptions.FalseAlarmAfter"/>, and is committed when the next turn starts. Several may be pending at once:
    /// output goes on when all have resumed, and the first to be committed interrupts. Without a turn to pause it does nothing.
    /// </returns>
    /// <remarks>A turn that has completed while its output is still being read is paused, and cut short, like one that runs.</remarks>
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
            // A turn that started meanwhile has not seen this one.
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

    /// <summary>Interrupts the turn that runs, if one does.</summary>
    public void Interrupt()
    {
        Turn<TOut>? turn;
        lock (_lock)
        {
            turn = _latest?.Turn;
        }

        turn?.Interrupt();
    }

    /// <summary>Closes the conversation: interrupts the turn that runs, waits for its end and lets no further one begin. The history stays.</summary>
    /// <returns>A task for the end.</returns>
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

    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() 
    {
        lock (_lock)
        {
            string running = _closed ? "closed" : _latest is { HasEnded: false, Turn: { } turn } ? $"{turn.Id} runs" : "no turn runs";
            return OptionCheck.Text($"conversation on chain '{_chain.Name}': {_told.Count} exchanges, {running}");
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

    /// <summary>Takes a turn that has ended into the history. Done when somebody looks, so that whoever saw the turn's end sees it there.</summary>
    void Settle()
    {
        if (_latest is not { HasEnded: true, IsListed: false } ended)
        {
            return;
        }

        ended.IsListed = true;

        // From here on it is too late to say that more of the turns before was heard.
        _told.RemoveAll(t => !t.BelongsInHistory);
        _told.ForEach(t => t.Freeze());
        _told.Add(ended);
        if (_told.Count - 1 > _historyLength)
        {
            _told.RemoveAt(0);
        }
    }
}
