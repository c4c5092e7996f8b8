using System.Collections.Immutable;
using System.Diagnostics;
using AgentChain.Turns;

namespace AgentChain;

/// <summary>
/// Turns of one chain in order, with their history. One turn runs at a time: a new one interrupts the one that still runs, or
/// waits for it. Many conversations share a chain. Safe for use from several threads.
/// </summary>
/// <typeparam name="TIn">What the chain takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
/// <remarks>
/// The history holds the turns that completed, with all their output, and no others: an interrupted turn's input and what was made
/// of its answer are gone. When several callers start at once, their turns come one after the other, in the order in which the
/// callers got hold of the conversation.
/// </remarks>
/// <example>
/// <code>
/// await using Conversation&lt;Question, string&gt; conversation = chain.OpenConversation();
/// await using Turn&lt;string&gt; turn = await conversation.StartAsync(history => new Question(text, history));
/// </code>
/// </example>
[DebuggerDisplay("{_chain.Name,nq}: {_history.Length} exchanges")]
public sealed class Conversation<TIn, TOut> : IAsyncDisposable
{
    readonly Chain<TIn, TOut> _chain;
    readonly TurnOverlap _overlap;
    readonly int _historyLength;
    readonly SemaphoreSlim _starting = new(1, 1);
    readonly Lock _gate = new();
    ImmutableArray<Exchange<TIn, TOut>> _history = [];
    Running? _running;
    bool _closed;

    internal Conversation(Chain<TIn, TOut> chain, ConversationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.HistoryLength, "options.HistoryLength");
        (_chain, _overlap, _historyLength) = (chain, options.Overlap, options.HistoryLength);
    }

    /// <summary>Gets the turns that have completed so far, oldest first: a snapshot that does not change.</summary>
    public IReadOnlyList<Exchange<TIn, TOut>> History
    {
        get
        {
            lock (_gate)
            {
                return Settle();
            }
        }
    }

    /// <summary>Starts a turn, once the one before is over: interrupted, or waited for.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Ends the wait for the turn before; interrupts this turn when it fires later.</param>
    /// <returns>The turn; its output can be read while it is made.</returns>
    /// <exception cref="OperationCanceledException">The token fired before the turn began.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is closed.</exception>
    public ValueTask<Turn<TOut>> StartAsync(TIn input, CancellationToken cancellationToken = default) =>
        StartAsync(_ => input, cancellationToken);

    /// <summary>Starts a turn whose input is made from the history as it then stands.</summary>
    /// <param name="input">Makes the input, once the turn before is over. What it throws, this throws, and no turn begins.</param>
    /// <param name="cancellationToken">Ends the wait for the turn before; interrupts this turn when it fires later.</param>
    /// <returns>The turn; its output can be read while it is made.</returns>
    /// <exception cref="OperationCanceledException">The token fired before the turn began.</exception>
    /// <exception cref="ObjectDisposedException">The conversation is closed.</exception>
    /// <remarks>
    /// With <see cref="TurnOverlap.Wait"/>, a turn whose output nobody reads may never end (its chain waits for its host), and
    /// then neither does this.
    /// </remarks>
    public async ValueTask<Turn<TOut>> StartAsync(
        Func<IReadOnlyList<Exchange<TIn, TOut>>, TIn> input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);

        // No ConfigureAwait here: in virtual time the caller has to come back on its chain's scheduler.
        await _starting.WaitAsync(cancellationToken);
        try
        {
            await EndRunningAsync(_overlap == TurnOverlap.Interrupt, cancellationToken);
            TIn made = input(History);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                Turn<TOut> turn = _chain.StartRecorded(made, out Func<IReadOnlyList<TOut>> output, cancellationToken);
                _running = new(turn, made, output);
                return turn;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Interrupts the turn that runs, if one does.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            _running?.Turn.Interrupt();
        }
    }

    /// <summary>Closes the conversation: interrupts the turn that runs, waits for its end and lets no further one begin. The history stays.</summary>
    /// <returns>A task for the end.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        await EndRunningAsync(interrupt: true, CancellationToken.None);
    }

    Task EndRunningAsync(bool interrupt, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Settle();
            if (_running is not { Turn: var turn })
            {
                return Task.CompletedTask;
            }

            if (interrupt)
            {
                turn.Interrupt();
            }

            return turn.Completion.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes a turn that has ended into the history. Done when somebody looks, so that whoever saw the turn's end sees it there.</summary>
    ImmutableArray<Exchange<TIn, TOut>> Settle()
    {
        if (_running is { Turn.Completion.IsCompleted: true } ended)
        {
            _running = null;
            if (ended.Turn.Completion.GetAwaiter().GetResult().Outcome == TurnOutcome.Completed && _historyLength > 0)
            {
                ImmutableArray<Exchange<TIn, TOut>> kept = _history.Length == _historyLength ? _history.RemoveAt(0) : _history;
                _history = kept.Add(new(ended.Turn.Id, ended.Input, ended.Output()));
            }
        }

        return _history;
    }

    sealed class Running(Turn<TOut> turn, TIn input, Func<IReadOnlyList<TOut>> output)
    {
        public Turn<TOut> Turn => turn;

        public TIn Input => input;

        public Func<IReadOnlyList<TOut>> Output => output;
    }
}

/// <summary>Opens conversations.</summary>
public static class ConversationExtensions
{
    /// <summary>Opens a conversation on a chain. Closing it leaves the chain alone.</summary>
    /// <typeparam name="TIn">What the chain takes.</typeparam>
    /// <typeparam name="TOut">What it makes.</typeparam>
    /// <param name="chain">The chain.</param>
    /// <param name="options">Its options.</param>
    /// <returns>A conversation without turns.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ConversationOptions.HistoryLength"/> is negative.</exception>
    public static Conversation<TIn, TOut> OpenConversation<TIn, TOut>(this Chain<TIn, TOut> chain, ConversationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return new(chain, options ?? new ConversationOptions());
    }
}
