using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static AgentChain.Tests.Seams.Misbehavior;

namespace AgentChain.Tests.Seams;

/// <summary>The inputs that a host gives a chain to warm up with.</summary>
static class WarmUpSeams
{
    const string Registered = "WarmUpServiceCollectionExtensions.AddAgentChainWarmUp(inputs: Func<IServiceProvider, IEnumerable<TIn>>)";

    public static IEnumerable<SeamCase> Cases =>
    [
        new("ChainBase.WarmUpAsync(inputs: IEnumerable<TIn>)", Throws, _ => InputsThrow()),
        new(Registered, Throws, how => Assert.IsType<HostException>(Assert.IsType<InvalidOperationException>(StartError(how)).InnerException)),
        new(Registered, ReturnsNull, how =>
            Assert.Contains("warm-up inputs of chain 'seams' are null", Assert.IsType<InvalidOperationException>(StartError(how)).Message, StringComparison.Ordinal)),
    ];

    /// <summary>The caller gets the exception, and the chain goes on.</summary>
    static void InputsThrow() => VirtualWorld.Run(async world =>
    {
        var host = new HostCode(Throws) { IsBad = true };
        await using Chain<int, int> chain = Chain.From<int>("seams").Then("same", x => x).Build(world.Options());
        await Assert.ThrowsAsync<HostException>(async () => await chain.WarmUpAsync(Inputs(host)));
        host.IsBad = false;
        await chain.WarmUpAsync(Inputs(host));
        Assert.Equal((1, 0, 3), (host.Times, chain.LiveTurns, await chain.RunAsync(3)));
    });

    /// <summary>Starts a host whose registration misbehaves; the host does not start.</summary>
    static Exception StartError(Misbehavior how) => Task.Run(async () =>
    {
        var host = new HostCode(how) { IsBad = true };
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddAgentChain<int, int>("seams", (chain, _) => chain.Then("same", x => x));
        builder.Services.AddAgentChainWarmUp("seams", _ => host.Return<IEnumerable<int>>([1]));
        IHost app = builder.Build();
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        await ((IAsyncDisposable)app).DisposeAsync();
        return error;
    }).GetAwaiter().GetResult();

    static IEnumerable<int> Inputs(HostCode host)
    {
        yield return 1;
        host.Act();
        yield return 2;
    }
}
