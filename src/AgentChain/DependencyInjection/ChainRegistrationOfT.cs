using Microsoft.Extensions.DependencyInjection;

namespace AgentChain.DependencyInjection;

/// <summary>A registered chain.</summary>
sealed class ChainRegistration<TChain, TIn, TOut>(string name) : ChainRegistration(name)
    where TChain : ChainBase<TIn, TOut>
{
    public override ValueTask WarmUpAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        TChain chain = Get(services);
        WarmUpInputs[] inputs =
            [.. services.GetServices<WarmUpInputs>().Where(i => string.Equals(i.Chain, Name, StringComparison.OrdinalIgnoreCase))];
        if (inputs.FirstOrDefault(i => i is not WarmUpInputs<TIn>) is { } other)
        {
            throw new InvalidOperationException(
                $"The warm-up inputs of chain '{Name}' are of type {other.Type}, but the chain's input is {typeof(TIn)}; give AddAgentChainWarmUp inputs of that type.");
        }

        return inputs.Length == 0
            ? chain.WarmUpAsync(cancellationToken)
            : chain.WarmUpAsync(inputs.Cast<WarmUpInputs<TIn>>().SelectMany(i => i.Get(services)), cancellationToken);
    }

    /// <summary>Waits for the chain's turns. Interrupts them if the token is canceled, so that the host can be disposed.</summary>
    public override async ValueTask DrainAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        TChain chain = Get(services);
        try
        {
            await chain.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            chain.InterruptTurns();
            await chain.DrainAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the chain for a request without a name.</summary>
    public static TChain Only(IServiceProvider services)
    {
        string[] names = [.. services.GetServices<ChainRegistration>().OfType<ChainRegistration<TChain, TIn, TOut>>().Select(r => r.Name)];
        return names.Length == 1
            ? services.GetRequiredKeyedService<TChain>(names[0])
            : throw new InvalidOperationException(
                $"{names.Length} chains of these types are registered ({string.Join(", ", names)}); request one by name, as with [FromKeyedServices(\"{names[0]}\")].");
    }

    TChain Get(IServiceProvider services) => services.GetRequiredKeyedService<TChain>(Name);
}
