using System.Runtime.CompilerServices;

namespace AgentChain.Blocks;

/// <summary>A block to fall back to; made by <see cref="Overrun.FallbackTo{TIn, TOut}(IBlock{TIn, TOut})"/>.</summary>
/// <typeparam name="TIn">The block's input.</typeparam>
/// <typeparam name="TOut">The block's output.</typeparam>
/// <param name="Block">The block.</param>
public readonly record struct FallbackBlock<TIn, TOut>(IBlock<TIn, TOut> Block);
