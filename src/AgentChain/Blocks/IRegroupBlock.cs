namespace AgentChain.Blocks;

/// <summary>Regroups a stream: tokens to sentences, samples to frames.</summary>
/// <typeparam name="TIn">The items it takes.</typeparam>
/// <typeparam name="TOut">The items it makes.</typeparam>
public interface IRegroupBlock<in TIn, TOut>
{
    /// <summary>Begins one turn's stream.</summary>
    /// <param name="context">The turn.</param>
    /// <returns>The regrouper of that turn alone; never <see langword="null"/>, which fails the turn.</returns>
    IRegrouper<TIn, TOut> Begin(BlockContext context);
}
