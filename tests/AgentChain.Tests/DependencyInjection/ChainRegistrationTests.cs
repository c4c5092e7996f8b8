using System.Diagnostics.Metrics;
using AgentChain.DependencyInjection;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AgentChain.Tests.DependencyInjection;

public class ChainRegistrationTests
{
    [Fact]
    public async Task AddAgentChain_TwoOfTheSameTypes_AreFoundByName()
    {
        var services = new ServiceCollection();
        services.AddAgentChain<string, string>("loud", (_, options) => Chain.From<string>("loud").Then("up", s => s.ToUpperInvariant()).Build(options));
        services.AddAgentChain<string, string>("quiet", (_, options) => Chain.From<string>("quiet").Then("down", s => s.ToLowerInvariant()).Build(options));
        services.AddSingleton<Consumer>();
        await using ServiceProvider provider = services.BuildServiceProvider();

        Consumer consumer = provider.GetRequiredService<Consumer>();
        Assert.Equal("HELLO", await consumer.Loud.RunAsync("Hello"));
        Assert.Equal("hello", await consumer.Quiet.RunAsync("Hello"));
        Assert.Same(consumer.Loud, provider.GetRequiredKeyedService<Chain<string, string>>("loud"));
    }

    [Fact]
    public async Task AddAgentChain_OnlyOneOfItsTypes_IsFoundWithoutName()
    {
        var services = new ServiceCollection();
        services.AddAgentChain<string, int>("length", (chain, _) => chain.Then("length", s => s.Length));
        services.AddAgentChain<string, string>("echo", (chain, _) => chain.Then("echo", s => s));
        await using ServiceProvider provider = services.BuildServiceProvider();
        Chain<string, int> found = provider.GetRequiredService<Chain<string, int>>();
        Assert.Same(provider.GetRequiredKeyedService<Chain<string, int>>("length"), found);
        Assert.Equal("length", found.Name);
    }

    [Fact]
    public async Task AddAgentChain_SeveralOfItsTypes_WithoutNameIsRefusedWithTheNames()
    {
        var services = new ServiceCollection();
        services.AddAgentChain<string, int>("one", (chain, _) => chain.Then("length", s => s.Length));
        services.AddAgentChain<string, int>("two", (chain, _) => chain.Then("length", s => s.Length));
        await using ServiceProvider provider = services.BuildServiceProvider();
        var error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<Chain<string, int>>());
        Assert.Contains("one, two", error.Message, StringComparison.Ordinal);
        Assert.Contains("[FromKeyedServices(\"one\")]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAgentChain_StreamFromServices_UsesThem()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new[] { "a", "b" });
        services.AddAgentChain<int, string>("stream", (chain, sp) => chain
            .Stream<string>("items", (count, _, _) => sp.GetRequiredService<string[]>().Take(count).ToAsyncEnumerable()));
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Equal(["a", "b"], await provider.GetRequiredService<StreamChain<int, string>>().RunToListAsync(5));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a:b")]
    [InlineData("devices")]
    [InlineData("Taken")]
    public void AddAgentChain_BadName_IsRefused(string name)
    {
        var services = new ServiceCollection();
        services.AddAgentChain<string, int>("taken", (chain, _) => chain.Then("length", s => s.Length));
        Assert.Throws<ArgumentException>(() => services.AddAgentChain<int, int>(name, (ChainBuilder<int, int> chain, IServiceProvider _) => chain.Then("same", i => i)));
    }

    [Fact]
    public void AddAgentChain_WithinAWorld_RunsInVirtualTime() => VirtualWorld.Run(async world =>
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(world.Clock);
        services.ConfigureAll<ChainOptions>(o => o.TaskScheduler = world.Scheduler);
        services.AddAgentChain<int, int>("slow", (chain, _) => chain.Then("slow", world.Work<int>(5000)));
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Equal(1, await provider.GetRequiredService<Chain<int, int>>().RunAsync(1));
        Assert.Equal(5000, world.Elapsed.Ms());
    });

    [Fact]
    public void AddAgentChain_NameTakenInOtherCase_NamesBoth()
    {
        var services = new ServiceCollection();
        services.AddAgentChain<string, int>("taken", (chain, _) => chain.Then("length", s => s.Length));
        string message = Assert.Throws<ArgumentException>(() => services.AddAgentChain<string, int>("Taken", (chain, _) => chain.Then("length", s => s.Length))).Message;
        Assert.Contains("'Taken'", message, StringComparison.Ordinal);
        Assert.Contains("'taken'", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAgentChain_KeyOfTheService_IsCaseSensitiveAndTheSectionIsNot()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("AgentChain:VOICE:MaxTurns", "7")]).Build());
        services.AddAgentChain<string, int>("voice", (chain, _) => chain.Then("length", s => s.Length));
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Null(provider.GetKeyedService<Chain<string, int>>("Voice"));
        Assert.Equal(7, provider.GetRequiredKeyedService<Chain<string, int>>("voice").Options.MaxTurns);
    }

    [Fact]
    public async Task Options_FromConfiguration_AreRead()
    {
        ChainOptions options = await OptionsOf(new()
        {
            ["AgentChain:voice:Budget:FirstOutput"] = "800",
            ["AgentChain:voice:Budget:Total"] = "00:00:10",
            ["AgentChain:Voice:Budget:Stall"] = "1.5 s",
            ["AgentChain:voice:Grace"] = "50ms",
            ["AgentChain:voice:MaxTurns"] = "7",
            ["AgentChain:voice:OutputCapacity"] = "9",
            ["AgentChain:voice:IncludeSensitiveData"] = "true",
            ["AgentChain:other:MaxTurns"] = "1",
        });
        Assert.Equal(800.Milliseconds(), options.Budget.FirstOutputLimit);
        Assert.Equal(10.Seconds(), options.Budget.TotalLimit);
        Assert.Equal(1500.Milliseconds(), options.Budget.StallLimit);
        Assert.Equal(50.Milliseconds(), options.Grace);
        Assert.Equal((7, 9, true), (options.MaxTurns, options.OutputCapacity, options.IncludeSensitiveData));
    }

    [Fact]
    public async Task Options_Speculation_IsReadFromConfiguration()
    {
        ChainOptions options = await OptionsOf(new()
        {
            ["AgentChain:voice:Speculation:Level"] = "Prefill",
            ["AgentChain:voice:Speculation:WasteShare"] = "0.1",
            ["AgentChain:voice:Speculation:WasteBurst"] = "0.5 s",
            ["AgentChain:voice:Speculation:HoldCapacity"] = "64",
            ["AgentChain:voice:Speculation:HookTimeout"] = "200",
        });
        Assert.Equal(
            new SpeculationOptions
            {
                Level = SpeculationLevel.Prefill, WasteShare = 0.1, WasteBurst = 500.Milliseconds(), HoldCapacity = 64, HookTimeout = 200.Milliseconds(),
            },
            options.Speculation);
    }

    [Fact]
    public async Task Options_Overload_IsReadFromConfiguration()
    {
        ChainOptions options = await OptionsOf(new()
        {
            ["AgentChain:voice:Budget:FirstOutput"] = "800 ms",
            ["AgentChain:voice:Overload:RejectBelow"] = "0.3",
            ["AgentChain:voice:Overload:OverloadBacklog"] = "0",
        });
        Assert.Equal((0.3, true, 0), (options.Overload!.RejectBelow, options.Overload.OrderBySlack, options.Overload.OverloadBacklog));
        Assert.Null((await OptionsOf([])).Overload);
    }

    [Fact]
    public async Task Options_ValueInPlaceOfTheSection_IsReported()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => OptionsOf(new() { ["AgentChain:voice"] = "800" }));
        Assert.Contains("'AgentChain:voice' is '800', but it is a section; available settings in it: Budget:FirstOutput", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_SpeculationPartlyConfigured_KeepsTheOtherDefaults()
    {
        ChainOptions options = await OptionsOf(new() { ["AgentChain:voice:Speculation:WasteShare"] = "0.25" });
        Assert.Equal(new SpeculationOptions { WasteShare = 0.25 }, options.Speculation);
    }

    [Theory]
    [InlineData("Level", "some", "must be one of none, prefill, full")]
    [InlineData("Level", "1", "must be one of none, prefill, full")]
    [InlineData("WasteShare", "-0.1", "must be a number of at least 0")]
    [InlineData("WasteShare", "NaN", "must be a number of at least 0")]
    [InlineData("WasteBurst", "-1", "must be from zero to one day")]
    [InlineData("HoldCapacity", "0", "must be a whole number of at least 1")]
    [InlineData("HookTimeout", "0", "must be greater than zero")]
    [InlineData("Controller", "eager", "is not a setting")]
    public async Task Options_BadSpeculation_NamesTheKeyAndTheRule(string key, string value, string rule)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => OptionsOf(new() { [$"AgentChain:voice:Speculation:{key}"] = value }));
        string failure = Assert.Single(error.Failures);
        Assert.Contains($"'AgentChain:voice:Speculation:{key}'", failure, StringComparison.Ordinal);
        Assert.Contains(rule, failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_ConfiguredInCode_GoBeforeConfiguration()
    {
        ChainOptions options = await OptionsOf(
            new() { ["AgentChain:voice:MaxTurns"] = "7", ["AgentChain:voice:OutputCapacity"] = "9" },
            services => services.Configure<ChainOptions>("voice", o => o.MaxTurns = 8));
        Assert.Equal((8, 9), (options.MaxTurns, options.OutputCapacity));
    }

    [Fact]
    public async Task Options_ServicesOfTheContainer_AreTaken()
    {
        var time = new OtherClock();
        ChainOptions options = await OptionsOf([], services => services
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddMetrics()
            .AddAgentChainDevices());
        Assert.Same(time, options.TimeProvider);
        Assert.Same(NullLoggerFactory.Instance, options.LoggerFactory);
        Assert.IsAssignableFrom<IMeterFactory>(options.MeterFactory);
        Assert.IsType<DeviceScheduler>(options.Devices);
    }

    [Fact]
    public async Task Options_BadConfiguration_NamesEveryKeyAndValue()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => OptionsOf(new()
        {
            ["AgentChain:voice:Budget:FirstOutput"] = "soon",
            ["AgentChain:voice:Budget:Total"] = "0",
            ["AgentChain:voice:Budget:Stal"] = "5",
            ["AgentChain:voice:Grace"] = "-1",
            ["AgentChain:voice:MaxTurns"] = "many",
            ["AgentChain:voice:OutputCapacity"] = "0",
            ["AgentChain:voice:IncludeSensitiveData"] = "yes",
        }));
        Assert.Equal("voice", error.OptionsName);
        string[] failures = [.. error.Failures];
        Assert.Equal(7, failures.Length);
        Assert.Contains(failures, f => f.Contains("'AgentChain:voice:Budget:FirstOutput' is 'soon'", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("'AgentChain:voice:Budget:Total' is '0': it must be greater than zero", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("'AgentChain:voice:Budget:Stal' is not a setting; available settings: Budget:FirstOutput", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("'AgentChain:voice:Grace' is '-1'", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("'AgentChain:voice:MaxTurns' is 'many'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("1e300")]
    [InlineData("2.00:00:00")]
    [InlineData("")]
    public async Task Options_DurationOutOfRange_IsRefused(string value) =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => OptionsOf(new() { ["AgentChain:voice:Budget:Total"] = value }));

    static async Task<ChainOptions> OptionsOf(Dictionary<string, string?> configuration, Action<IServiceCollection>? add = null)
    {
        ChainOptions? seen = null;
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        services.AddAgentChain<int, int>("voice", (_, options) => Chain.From<int>("voice").Stream("same", (i, _) => new[] { i }.ToAsyncEnumerable()).Build(seen = options));
        add?.Invoke(services);
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<StreamChain<int, int>>());
        return seen!;
    }

    sealed class Consumer(
        [FromKeyedServices("loud")] Chain<string, string> loud, [FromKeyedServices("quiet")] Chain<string, string> quiet)
    {
        public Chain<string, string> Loud => loud;

        public Chain<string, string> Quiet => quiet;
    }

    sealed class OtherClock : TimeProvider;
}
