using AgentChain.DependencyInjection;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentChain.Tests.DependencyInjection;

public class ChainLifecycleTests
{
    [Fact]
    public async Task Host_StartAndStop_WarmsUpBeforeServicesAndDrainsAfterThem()
    {
        List<string> events = [];
        HostApplicationBuilder builder = Builder();
        builder.Services.AddHostedService(sp => new Feeding(events, sp.GetRequiredKeyedService<Chain<int, int>>("one")));
        builder.Services.AddAgentChain<int, int>("one", (chain, _) => chain.Then("warm one", new Warm("one", events)));
        builder.Services.AddAgentChain<int, int>("two", (chain, _) => chain.Then("warm two", new Warm("two", events)));
        IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal(["one is warm", "two is warm", "service runs on one"], events);

        Chain<int, int> one = host.Services.GetRequiredKeyedService<Chain<int, int>>("one");
        await host.StopAsync();
        Assert.Equal(["one is warm", "two is warm", "service runs on one", "service stops: Completed"], events);
        Assert.Equal(TurnOutcome.Rejected, (await one.Start(1).Completion).Outcome);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact]
    public async Task Host_StopRunsOutOfTime_InterruptsTheTurnsInside()
    {
        HostApplicationBuilder builder = Builder();
        builder.Services.AddAgentChain<int, int>("slow", (chain, _) => chain.Then("never", async (int i, CancellationToken token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return i;
        }));
        IHost host = builder.Build();
        await host.StartAsync();
        Chain<int, int> chain = host.Services.GetRequiredService<Chain<int, int>>();
        Turn<int>[] turns = [.. Enumerable.Range(0, 5).Select(i => chain.Start(i))];

        using var noTime = new CancellationTokenSource();
        Task stopping = host.StopAsync(noTime.Token);
        Assert.False(turns[0].Completion.IsCompleted);
        await noTime.CancelAsync();
        await Record.ExceptionAsync(() => stopping);
        Assert.All(await Task.WhenAll(turns.Select(t => t.Completion)), r => Assert.Equal(TurnOutcome.Interrupted, r.Outcome));
        await ((IAsyncDisposable)host).DisposeAsync();
        Assert.Equal(0, chain.LiveTurns);
    }

    [Fact]
    public async Task Host_BadConfiguration_DoesNotStart()
    {
        HostApplicationBuilder builder = Builder();
        builder.Configuration["AgentChain:voice:MaxTurns"] = "0";
        builder.Services.AddAgentChain<int, int>("voice", (chain, _) => chain.Then("same", i => i));
        IHost host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("'AgentChain:voice:MaxTurns' is '0'", error.Message, StringComparison.Ordinal);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact]
    public async Task Host_WarmUpFails_DoesNotStartAndNamesTheBlock()
    {
        HostApplicationBuilder builder = Builder();
        builder.Services.AddAgentChain<int, int>("voice", (chain, _) => chain.Then("model", new Warm("broken", null)));
        IHost host = builder.Build();
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => host.StartAsync());
        Assert.Equal("model", error.Block);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact]
    public async Task Host_WarmUpInputs_RunBeforeServices()
    {
        List<string> events = [];
        HostApplicationBuilder builder = Builder();
        builder.Services.AddHostedService(sp => new Feeding(events, sp.GetRequiredKeyedService<Chain<int, int>>("one")));
        builder.Services.AddAgentChainWarmUp<int>("one", _ => [7, 8]);
        builder.Services.AddAgentChain<int, int>("one", (chain, _) => chain.Then("same", (x, context, token) =>
        {
            events.Add($"{x} {context.IsWarmUp}");
            return new ValueTask<int>(x);
        }));
        IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal(["7 True", "8 True", "1 False", "service runs on one"], events);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact]
    public async Task Host_SectionOfNoChain_IsLoggedAsAWarning()
    {
        var log = new CollectingLogger();
        HostApplicationBuilder builder = Builder();
        builder.Configuration["AgentChain:Voice:MaxTurns"] = "3";
        builder.Configuration["AgentChain:devices:CpuLanes"] = "1";
        builder.Configuration["AgentChain:late:MaxTurns"] = "3";
        builder.Configuration["AgentChain:vioce:MaxTurns"] = "3";
        builder.Services.AddSingleton<ILoggerFactory>(log);
        builder.Services.AddAgentChain<int, int>("voice", (chain, _) => chain.Then("same", i => i));
        builder.Services.AddAgentChain<int, int>("late", (chain, _) => chain.Then("same", i => i));
        IHost host = builder.Build();
        await host.StartAsync();
        string line = Assert.Single(log.Messages, m => m.Contains("is not used", StringComparison.Ordinal));
        Assert.Equal("Configuration 'AgentChain:vioce' is not used: no chain of that name is registered; registered chains: voice, late.", line);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Theory]
    [InlineData("three", "names the chain 'three', which is not registered; the registered chains are: one.")]
    [InlineData("one", "are of type System.String, but the chain's input is System.Int32")]
    public async Task Host_WarmUpInputsOfNoChain_DoesNotStart(string name, string says)
    {
        HostApplicationBuilder builder = Builder();
        builder.Services.AddAgentChain<int, int>("one", (chain, _) => chain.Then("same", x => x));
        builder.Services.AddAgentChainWarmUp<string>(name, _ => []);
        IHost host = builder.Build();
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public async Task Host_WarmUpFunctionThrows_NamesChainAndInput(int given, int number)
    {
        var broken = new FormatException("no such file");
        HostApplicationBuilder builder = Builder();
        builder.Services.AddAgentChain<int, int>("one", (chain, _) => chain.Then("same", x => x));
        builder.Services.AddAgentChainWarmUp<int>("one", _ => Enumerable.Range(0, 9).Select(i => i < given ? i : throw broken));
        IHost host = builder.Build();
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Contains($"for chain 'one' threw FormatException in place of input {number};", error.Message, StringComparison.Ordinal);
        Assert.Same(broken, error.InnerException);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    static HostApplicationBuilder Builder() => Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());

    /// <summary>Feeds a chain while it runs, and in its last moment.</summary>
    sealed class Feeding(List<string> events, Chain<int, int> chain) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await chain.RunAsync(1, cancellationToken);
            events.Add("service runs on one");
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            TurnResult last = await chain.Start(2, cancellationToken).Completion;
            events.Add($"service stops: {last.Outcome}");
        }
    }

    sealed class Warm(string name, List<string>? events) : IBlock<int, int>, IWarmUp
    {
        public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken)
        {
            (events ?? throw new InvalidOperationException("no model")).Add($"{name} is warm");
            return default;
        }

        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }
}
