namespace AgentChain.DependencyInjection;

/// <summary>The inputs, of any type, that a registered chain runs while its host starts.</summary>
/// <param name="chain">The name of the chain.</param>
/// <param name="type">The type of the inputs.</param>
abstract class WarmUpInputs(string chain, Type type)
{
    public string Chain { get; } = chain;

    public Type Type { get; } = type;
}
