using System.Runtime.CompilerServices;
using AgentChain.Engine.Turns;

namespace AgentChain;

/// <content>Starts turns with options of their own.</content>
public abstract partial class ChainBase<TIn, TOut>
{
    /// <summary>Starts a turn with options of its own, such as a shorter budget; otherwise like <see cref="Start(TIn, CancellationToken)"/>.</summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="options">The options of the turn.</param>
    /// <param name="cancellationToken">A token that interrupts the turn.</param>
    /// <returns>The turn. Its output can be read while it is produced.</returns>
    /// <exception cref="ArgumentException">An option is not allowed in this chain.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    [OverloadResolutionPriority(-1)]
    public Turn<TOut> Start(TIn input, TurnOptions options, CancellationToken cancellationToken = default)
    {
        LatencyBudget budget = BudgetOf(options);
        string? refusal = WhyTooLate(budget) ?? _runtime.Admit();
        TurnCore<TOut> turn = Make(budget, refusal is not null);
        Launch(turn, input, refusal, cancellationToken);
        return new Turn<TOut>(turn);
    }

    /// <summary>
    /// Starts a turn with options of its own, and waits for room first if the chain is full: at most as long as the shorter of the chain's
    /// and the turn's budget allows. Otherwise like <see cref="StartAsync(TIn, CancellationToken)"/>.
    /// </summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="options">The options of the turn.</param>
    /// <param name="cancellationToken">
    /// A token that cancels the wait for room or, once the turn has been admitted, interrupts the turn.
    /// </param>
    /// <returns>The turn.</returns>
    /// <exception cref="ArgumentException">An option is not allowed in this chain.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before the turn was admitted. No turn was started.</exception>
    [OverloadResolutionPriority(-1)]
    public ValueTask<Turn<TOut>> StartAsync(TIn input, TurnOptions options, CancellationToken cancellationToken = default)
    {
        LatencyBudget budget = BudgetOf(options);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Turn<TOut>>(cancellationToken);
        }

        string? refusal = WhyTooLate(budget);
        bool isIn = refusal is null && _runtime.TryAdmit();
        TurnCore<TOut> turn = Make(budget, !isIn);
        if (!isIn && refusal is null)
        {
            return StartWithRoomAsync(turn, input, cancellationToken);
        }

        Launch(turn, input, refusal, cancellationToken);
        return new(new Turn<TOut>(turn));
    }

    /// <summary>Runs a turn with options of its own and returns all of its output.</summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="options">The options of the turn.</param>
    /// <param name="cancellationToken">A token that interrupts the turn.</param>
    /// <returns>The items of the stream, or the single value if the output is one value.</returns>
    /// <exception cref="ArgumentException">An option is not allowed in this chain.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="TurnException">The turn did not complete.</exception>
    [OverloadResolutionPriority(-1)]
    public ValueTask<IReadOnlyList<TOut>> RunToListAsync(TIn input, TurnOptions options, CancellationToken cancellationToken = default) =>
        ToListAsync(Start(input, options, cancellationToken));

    /// <summary>Starts a turn of one value with options of its own, and returns the value.</summary>
    private protected ValueTask<TOut> RunValueAsync(TIn input, TurnOptions options, CancellationToken cancellationToken)
    {
        LatencyBudget budget = BudgetOf(options);
        string? refusal = WhyTooLate(budget) ?? _runtime.Admit();
        var turn = (ValueTurn<TOut>)Make(budget, refusal is not null);
        Launch(turn, input, refusal, cancellationToken);
        return turn.ValueAsync();
    }

    static async ValueTask<IReadOnlyList<TOut>> ToListAsync(Turn<TOut> turn)
    {
        HostThread.Leave();
        List<TOut> items = [];
        await foreach (TOut item in turn.Output)
        {
            items.Add(item);
        }

        return items;
    }

    /// <summary>Reads and checks the limits of a turn's options.</summary>
    internal LatencyBudget BudgetOf(TurnOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Budget is { StallLimit: { } stall } && !IsStream
            ? throw new ArgumentException(
                $"TurnOptions.Budget limits the stall to {OptionCheck.Ms(stall)}, but chain '{Name}' returns one value and has no stalls. Omit the limit.",
                nameof(options))
            : options.Budget;
    }

    /// <summary>Returns why a turn with a budget is too late to begin; null if it is not.</summary>
    string? WhyTooLate(in LatencyBudget budget) =>
        budget.IsShorterThan(TimeSpan.FromTicks(2))
            ? $"The deadline of the turn had passed before chain '{Name}' started it. Start it earlier, or raise TurnOptions.Budget or the deadline that it was read from."
            : null;

    TurnCore<TOut> Make(in LatencyBudget budget, bool isRefused)
    {
        TurnCore<TOut> turn = IsStream ? MakeStreamTurn(isRefused) : MakeValueTurn(isRefused);
        turn.Shorten(budget);
        return turn;
    }
}
