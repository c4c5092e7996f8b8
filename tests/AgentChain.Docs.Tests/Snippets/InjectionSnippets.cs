using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/dependency-injection.md, with its appsettings.json.</summary>
public sealed class InjectionSnippets
{
    [Fact]
    public async Task Host_StartAndStop_BuildsWarmsUpServesAndDrains()
    {
        HostApplicationBuilder builder = Builder();
        Add(builder);
        IHost host = builder.Build();
        await host.StartAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await host.Services.GetServices<IHostedService>().OfType<Calls>().Single().ExecuteTask!.WaitAsync(TimeSpan.FromMinutes(1));
        var handbook = host.Services.GetRequiredService<Handbook>();
        Assert.Equal(["when do you open (warm-up)", "when do you open"], handbook.Questions);

        StreamChain<string, string> desk = host.Services.GetRequiredKeyedService<StreamChain<string, string>>("desk");
        Assert.Equal((32, 64), (desk.Options.MaxTurns, desk.Options.MaxWaitingTurns));
        Assert.Equal(LatencyBudget.FirstOutput(5.Seconds()).AndTotal(30.Seconds()), desk.Options.Budget);
        BlockOptions lookUp = desk.Options.Blocks["look up"];
        Assert.Equal((LatencyBudget.Total(400.Milliseconds()), 8), (lookUp.Budget, lookUp.Concurrency));
        Assert.Same(desk, host.Services.GetRequiredService<StreamChain<string, string>>());
        Assert.Equal("HELLO", await host.Services.GetRequiredService<Chain<string, string>>().RunAsync("hello"));

        await host.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(TurnOutcome.Rejected, (await desk.Start("too late").Completion).Outcome);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact]
    public async Task Host_WrongSetting_DoesNotStartAndNamesIt()
    {
        HostApplicationBuilder builder = Builder();
        builder.Configuration["AgentChain:desk:MaxTurn"] = "7";
        Add(builder);
        IHost host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("'AgentChain:desk:MaxTurn' is not a setting", error.Message, StringComparison.Ordinal);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Fact]
    public async Task Host_PolicyPlanned_KeepsThePlanOfAChain()
    {
        HostApplicationBuilder builder = Builder();
        builder.Configuration["AgentChain:Devices:Policy"] = "planned";
        #region devices
        builder.Services.AddAgentChainDevices(_ => [new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)]);
        #endregion
        builder.Services.AddAgentChain<string, string>("desk", (chain, _) => chain
            .Then("look up", (string question) => question, o => o.On(DeviceKind.Cuda).Cost(CostModel.Constant(1.Milliseconds())))
            .Stream("speak", (answer, token) => answer.Split(' ').ToAsyncEnumerable()));
        IHost host = builder.Build();
        await host.StartAsync().WaitAsync(TimeSpan.FromMinutes(1));
        KeepPlan(host);
        Assert.Contains("placement at", host.Services.GetRequiredService<StreamChain<string, string>>().Explain().ToString(), StringComparison.Ordinal);
        await host.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    static void KeepPlan(IHost host)
    {
        #region plan
        var desk = host.Services.GetRequiredKeyedService<StreamChain<string, string>>("desk");      // after StartAsync of the host
        var policy = (PlannedPolicy)((DeviceScheduler)host.Services.GetRequiredService<IDeviceScheduler>()).Policy;
        var keeper = new PlacementKeeper(policy);
        keeper.Update(desk.ToPlacementProblem(arrivalsPerSecond: 5));
        desk.KeepPlacement(keeper, 10.Seconds());       // until the chain is disposed
        #endregion
    }

    static HostApplicationBuilder Builder() => Host.CreateApplicationBuilder(
        new HostApplicationBuilderSettings { ContentRootPath = Path.Combine(AppContext.BaseDirectory, "Snippets") });

    static void Add(HostApplicationBuilder builder)
    {
        #region register
        builder.Services.AddSingleton<Handbook>();
        builder.Services.AddAgentChain<string, string>("desk", (chain, services) => chain
            .Then("look up", services.GetRequiredService<Handbook>().LookUpAsync, o => o
                .Budget(5.Seconds())                                      // appsettings.json says 400 ms, which wins
                .OnOverrun(Overrun.Fallback("I will call you back.")))
            .Stream("speak", (answer, token) => answer.Split(' ').ToAsyncEnumerable()));
        builder.Services.AddAgentChain<string, string>("shout", (chain, _) => chain.Then("upper", text => text.ToUpperInvariant()));
        builder.Services.AddAgentChainWarmUp<string>("desk", _ => ["when do you open"]);
        builder.Services.AddHostedService<Calls>();
        #endregion
    }

    #region inject
    sealed class Calls([FromKeyedServices("desk")] StreamChain<string, string> desk) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)     // the chain is built and warm
        {
            await using Turn<string> turn = await desk.StartAsync("when do you open", stoppingToken);
            await foreach (string word in turn.Output) Console.WriteLine(word);
        }
    }
    #endregion

    sealed class Handbook
    {
        public List<string> Questions { get; } = [];

        public ValueTask<string> LookUpAsync(string question, BlockContext context, CancellationToken token)
        {
            Questions.Add(context.IsWarmUp ? $"{question} (warm-up)" : question);
            return new("We open at nine.");
        }
    }
}
