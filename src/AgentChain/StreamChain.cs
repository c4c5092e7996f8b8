namespace AgentChain;

/// <summary>Represents a chain whose output is a stream. Built by <see cref="StreamChainBuilder{TIn,TOut}.Build"/>.</summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output items.</typeparam>
public sealed class StreamChain<TIn, TOut> : ChainBase<TIn, TOut>
{
    internal StreamChain(StreamChainBuilder<TIn, TOut> builder, ChainOptions options)
        : base(builder.Name, options, builder.Nodes, null, builder.Link)
    {
    }
}
