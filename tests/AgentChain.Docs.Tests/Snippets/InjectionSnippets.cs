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
        var handbook = host.Services.GetRequiredService<Handbook>();
        Assert.Equal(["when do you open (warm-up)", "when do you open"], handbook.Questions);

        StreamChain<string, string> desk = host.Services.GetRequiredKeyedService<StreamChain<string, string>>("desk");
        Assert.Equal((32, 64, 2.Seconds(), 30.Seconds()), (desk.Options.MaxTurns, desk.Options.MaxWaitingTurns, desk.Options.Budget.ToFirst!.Value, desk.Options.Budget.ToLast!.Value));
        Assert.Equal((400.Milliseconds(), 8), (desk.Options.Blocks["look up"].Budget.ToLast!.Value, desk.Options.Blocks["look up"].Concurrency!.Value));
        Assert.Same(desk, host.Services.GetRequiredService<StreamChain<string, string>>());
        Assert.Equal(8, host.Services.GetRequiredService<Chain<string, string>>().Options.MaxTurns);

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
    sealed class Calls(
        [FromKeyedServices("desk")] StreamChain<string, string> desk,
        [FromKeyedServices("shout")] Chain<string, string> shout) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)     // the chains are built and warm
        {
            IReadOnlyList<string> words = await desk.RunToListAsync("when do you open", cancellationToken);
            await shout.RunAsync(words[0], cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;     // the chains still work; they drain next
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
