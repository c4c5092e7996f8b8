using System.Runtime.CompilerServices;

namespace AgentChain;

/// <summary>A block to fall back to, created by <see cref="Overrun.FallbackTo{TIn, TOut}(IBlock{TIn, TOut})"/>.</summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the block's output.</typeparam>
/// <param name="Block">The block.</param>
public readonly record struct FallbackBlock<TIn, TOut>(IBlock<TIn, TOut> Block);
