namespace AgentChain.DependencyInjection;

/// <summary>The inputs that a registered chain runs while its host starts.</summary>
/// <typeparam name="TIn">The type of the chain's input.</typeparam>
/// <param name="chain">The name of the chain.</param>
/// <param name="inputs">Returns the inputs.</param>
sealed class WarmUpInputs<TIn>(string chain, Func<IServiceProvider, IEnumerable<TIn>> inputs) : WarmUpInputs(chain, typeof(TIn))
{
    public IEnumerable<TIn> Get(IServiceProvider services) =>
        inputs(services) ?? throw new InvalidOperationException($"The warm-up inputs of chain '{Chain}' are null; return an empty list for none.");
}
