using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>The configuration decides which model a block uses.</summary>
public sealed class ConfiguredClientTests
{
    const string Setting = "AgentChain:desk:Blocks:respond:Client";

    [Fact]
    public async Task ChatClient_KeyInTheConfiguration_IsTheBlocksModel()
    {
        await using Desk desk = new("large");
        Assert.Equal(["large "], await desk.AskAsync());
    }

    [Fact]
    public async Task ChatClient_ConfigureInCode_WinsOverTheConfiguration()
    {
        await using Desk desk = new("large", services => services.Configure<ChainOptions>("desk", o => o.Blocks["respond"].Client = "small"));
        Assert.Equal(["small "], await desk.AskAsync());
    }

    [Fact]
    public async Task ChatClient_NoKey_UsesTheOtherwise()
    {
        await using Desk desk = new(null, otherwise: "small");
        Assert.Equal(["small "], await desk.AskAsync());
    }

    [Fact]
    public async Task ChatClient_NoKey_SaysTheSettingAndTheRegisteredKeys()
    {
        await using Desk desk = new(null);
        var error = Assert.Throws<OptionsValidationException>(() => desk.Chain);
        Assert.Contains($"'{Setting}' is not set", error.Message, StringComparison.Ordinal);
        Assert.Contains("'respond'", error.Message, StringComparison.Ordinal);
        Assert.Contains("large, small, stepped", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChatClient_UnknownKey_SaysTheKeyTheBlockAndTheRegisteredKeys()
    {
        await using Desk desk = new("lrage");
        var error = Assert.Throws<OptionsValidationException>(() => desk.Chain);
        Assert.Contains($"'{Setting}' is 'lrage'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'respond'", error.Message, StringComparison.Ordinal);
        Assert.Contains("large, small, stepped", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_ATurnIsInFlight_ItEndsOnTheOldModelAndTheNextUsesTheNew()
    {
        await using Desk desk = new("stepped");
        Task<IReadOnlyList<string>> first = desk.AskAsync();
        await desk.Stepped.Entered.Task.WaitAsync(Ask.Patience);

        desk.Reload("large");
        IReadOnlyList<string> second = await desk.AskAsync();
        desk.Stepped.GoOn.SetResult();

        Assert.Equal(["large "], second);
        Assert.Equal(["old ", "old"], await first);
        desk.Reload("small");
        Assert.Equal(["small "], await desk.AskAsync());
    }

    [Fact]
    public async Task Reload_KeyIsWrong_TheModelStaysAndAnErrorIsLoggedOnce()
    {
        await using Desk desk = new("small");
        Assert.Equal(["small "], await desk.AskAsync());

        desk.Reload("lrage");

        Assert.Equal(["small "], await desk.AskAsync());
        Assert.Equal(["small "], await desk.AskAsync());
        string line = Assert.Single(desk.Log.Lines, line => line.Contains("'respond'", StringComparison.Ordinal));
        Assert.Contains("lrage", line, StringComparison.Ordinal);
        desk.Reload("large");
        Assert.Equal(["large "], await desk.AskAsync());
    }

    [Fact]
    public async Task Reload_SomethingElse_TheModelThatCodeHasPutInStays()
    {
        await using Desk desk = new("small");
        using ScriptedClient own = ScriptedClient.Says("own");
        _ = desk.Chain;
        desk.Switch!.Replace(own);

        desk.Reload("small");
        Assert.Equal(["own "], await desk.AskAsync());
        desk.Reload("large");
        Assert.Equal(["large "], await desk.AskAsync());
    }

    [Fact]
    public async Task ChatClient_BadArguments_AreRefused()
    {
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        Assert.Throws<ArgumentNullException>("services", () => ((IServiceProvider)null!).ChatClient("desk", "respond"));
        Assert.Throws<ArgumentException>("chain", () => services.ChatClient(" ", "respond"));
        Assert.Throws<ArgumentException>("block", () => services.ChatClient("desk", ""));
    }

    /// <summary>A container with three models and a chain.</summary>
    sealed class Desk : IAsyncDisposable
    {
        readonly IConfigurationRoot _configuration;
        readonly ServiceProvider _services;

        public Desk(string? key, Action<IServiceCollection>? more = null, string? otherwise = null)
        {
            _configuration = new ConfigurationBuilder().AddInMemoryCollection([new(Setting, key)]).Build();
            var services = new ServiceCollection();
            services.AddSingleton<IConfiguration>(_configuration).AddLogging(logging => logging.AddProvider(new OneLogger(Log)));
            services.AddAgentChain<IReadOnlyList<ChatMessage>, string>("desk", (chain, sp) => chain
                .Stream("respond", (Switch = sp.ChatClient("desk", "respond", otherwise)).AsBlock()).Text());
            services.AddKeyedSingleton<IChatClient>("small", ScriptedClient.Says("small"));
            services.AddKeyedSingleton<IChatClient>("large", ScriptedClient.Says("large"));
            services.AddKeyedSingleton<IChatClient>("stepped", Stepped.Client);
            more?.Invoke(services);
            _services = services.BuildServiceProvider();
        }

        public Stepped Stepped { get; } = new("old");

        public ListLogger Log { get; } = new();

        public ChatClientSwitch? Switch { get; private set; }

        public StreamChain<IReadOnlyList<ChatMessage>, string> Chain => _services.GetRequiredService<StreamChain<IReadOnlyList<ChatMessage>, string>>();

        public Task<IReadOnlyList<string>> AskAsync() => Chain.AskAsync();

        public void Reload(string key)
        {
            _configuration[Setting] = key;
            _configuration.Reload();
        }

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            Log.Dispose();
        }
    }

    sealed class OneLogger(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
