using System.Runtime.CompilerServices;
using AgentChain.Engine.Turns;

namespace AgentChain;

/// <summary>Represents a chain whose output is one value. Built by <see cref="ChainBuilder{TIn,TOut}.Build"/>.</summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output.</typeparam>
/// <inheritdoc cref="ChainBase{TIn,TOut}" path="/remarks"/>
public sealed class Chain<TIn, TOut> : ChainBase<TIn, TOut>
{
    internal Chain(ChainBuilder<TIn, TOut> builder, ChainOptions options)
        : base(builder.Name, options, builder.Nodes, builder.Link, null)
    {
    }

    /// <summary>Runs a turn and returns its single value.</summary>
    /// <remarks>
    /// If the chain begins with synchronous, cheap blocks, they run on the caller's thread when nothing can end the turn early, that is,
    /// when the chain has no budget and the token cannot be canceled. Even then, they do not see the caller's ambient state.
    /// </remarks>
    /// <param name="input">The input of the turn.</param>
    /// <param name="cancellationToken">A token that interrupts the turn.</param>
    /// <returns>The value.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="TurnException">
    /// The turn did not complete. The exception's type and <see cref="TurnException.Outcome"/> indicate the reason.
    /// </exception>
    public ValueTask<TOut> RunAsync(TIn input, CancellationToken cancellationToken = default) => RunValueAsync(input, cancellationToken);

    /// <summary>Runs a turn with options of its own, such as a shorter budget, and returns its single value.</summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="options">The options of the turn.</param>
    /// <param name="cancellationToken">A token that interrupts the turn.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">An option is not allowed in this chain.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="TurnException">The turn did not complete.</exception>
    [OverloadResolutionPriority(-1)]
    public ValueTask<TOut> RunAsync(TIn input, TurnOptions options, CancellationToken cancellationToken = default) =>
        RunValueAsync(input, options, cancellationToken);
}
