using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Engine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentChain.Tests.Building;

/// <summary>Options of single blocks that override those in code.</summary>
public sealed class BlockOptionsTests
{
    [Fact]
    public void Blocks_BudgetOfABlock_ReplacesTheLimitInCode() => VirtualWorld.Run(async world =>
    {
        ChainOptions options = world.Options();
        options.Blocks["slow"] = new BlockOptions { Budget = LatencyBudget.Total(10.Milliseconds()) };
        options.Blocks["sub/inner"] = new BlockOptions { Concurrency = 1 };
        await using Chain<int, int> chain = Chain.From<int>("chain")
            .Then("sub", Chain.From<int>("sub").Then("inner", world.Work<int>(5)))
            .Then("slow", world.Work<int>(100), o => o.Budget(1.Seconds()).OnOverrun(Overrun.Cancel))
            .Build(options);
        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => chain.Start(i).Completion));
        Assert.Equal([15.0, 20.0, 25.0], results.Select(r => r.Report.Elapsed.Ms()));
        Assert.All(results, r => Assert.Equal((TurnOutcome.DeadlineExceeded, "slow"), (r.Outcome, r.Error!.Block)));
    });

    [Fact]
    public void Blocks_DeviceOfABlock_IsTheOneItRunsOn() => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1), new ComputeDevice("other:0", DeviceKind.Other)]);
        ChainOptions options = world.Options(o => o.Devices = devices);
        options.Blocks["placed"] = new BlockOptions { Device = "other:0" };
        string? ranOn = null;
        await using Chain<int, int> chain = Chain.From<int>("chain")
            .Then("placed", (int x, BlockContext context, CancellationToken _) =>
            {
                ranOn = context.Lease!.Device.Name;
                return new ValueTask<int>(x);
            }, o => o.On("cpu"))
            .Build(options);
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Equal("other:0", ranOn);
    });

    [Theory]
    [InlineData("nowhere", "no such block", "fused, queued")]
    [InlineData("fused", "runs in place", "Queued()")]
    public void Build_OptionsOfABlockThatCannotHaveThem_IsRefusedByName(string block, string reason, string wayOut)
    {
        var options = new ChainOptions();
        options.Blocks[block] = new BlockOptions { Concurrency = 2 };
        string message = Assert.Throws<ChainValidationException>(
            () => Chain.From<int>("chain").Then("fused", x => x).Then("queued", x => x, o => o.Queued()).Build(options)).Message;
        Assert.Contains($"'{block}'", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(wayOut, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OptionsOfAFallback_AreRefused()
    {
        var options = new ChainOptions();
        options.Blocks["slow fallback"] = new BlockOptions { Concurrency = 1 };
        string message = Assert.Throws<ChainValidationException>(() => Chain.From<int>("chain")
            .Then("slow", (x, _) => ValueTask.FromResult(x), o => o.Budget(1.Seconds()).OnOverrun(Overrun.FallbackTo<int, int>((int x) => -x)))
            .Build(options)).Message;
        Assert.Contains("ChainOptions.Blocks['slow fallback']: the chain has no such block", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(null, 0)]
    public void Build_BadNumber_IsRefused(int? concurrency, int? capacity)
    {
        var options = new ChainOptions();
        options.Blocks["queued"] = new BlockOptions { Concurrency = concurrency, Capacity = capacity };
        string message = Assert.Throws<ChainValidationException>(() => Chain.From<int>("chain").Then("queued", x => x, o => o.Queued()).Build(options)).Message;
        Assert.Contains("'queued'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loop", nameof(BlockOptions.Capacity), "Loop")]
    [InlineData("loop", nameof(BlockOptions.Budget), "Loop")]
    [InlineData("both", nameof(BlockOptions.Concurrency), "Parallel")]
    [InlineData("sub", nameof(BlockOptions.Device), "SubChain")]
    public void Build_OptionThatAStepOfOtherBlocksCannotHave_IsRefused(string name, string option, string kind)
    {
        var options = new ChainOptions();
        options.Blocks[name] = option switch
        {
            nameof(BlockOptions.Capacity) => new() { Capacity = 1 },
            nameof(BlockOptions.Budget) => new() { Budget = LatencyBudget.Total(10.Milliseconds()) },
            nameof(BlockOptions.Concurrency) => new() { Concurrency = 1 },
            _ => new() { Device = "cpu" },
        };
        string message = Assert.Throws<ChainValidationException>(() => Chain.From<int>("chain")
            .Loop("loop", body => body.Then("grow", x => x + 1), x => x < 20, LoopBound.Fail(100))
            .Parallel("both", l => l.Then("left", x => x), r => r.Then("right", x => x), (x, _, _) => x)
            .Then("sub", Chain.From<int>("inner").Then("one", x => x))
            .Build(options)).Message;
        Assert.Contains($"ChainOptions.Blocks['{name}'].{option}: a {kind} has none", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAgentChain_BlocksInTheConfiguration_AreRead()
    {
        ChainOptions? seen = null;
        await using ServiceProvider services = Services(o => seen = o, ("BLOCKS:QUEUED:Budget:Total", "25 ms"), ("Blocks:queued:Concurrency", "3"), ("Blocks:queued:Speculation", "none"));
        Assert.Equal(1, await services.GetRequiredService<Chain<int, int>>().RunAsync(1));
        Assert.Equal("budget total 25 ms, concurrency 3, speculation None", seen!.Blocks["queued"].ToString());
    }

    [Fact]
    public void AddAgentChain_BlockSettingThatIsWrong_IsRefusedWithItsKey()
    {
        using ServiceProvider services = Services(_ => { }, ("Blocks:queued:Concurrency", "some"), ("Blocks:queued:Colour", "red"));
        string message = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<Chain<int, int>>()).Message;
        Assert.Contains("AgentChain:voice:Blocks:queued:Concurrency", message, StringComparison.Ordinal);
        Assert.Contains("AgentChain:voice:Blocks:queued:Colour", message, StringComparison.Ordinal);
    }

    static ServiceProvider Services(Action<ChainOptions> see, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"AgentChain:voice:{s.Key}", (string?)s.Value))).Build());
        services.AddAgentChain<int, int>("voice", (_, options) =>
        {
            see(options);
            return Chain.From<int>("voice").Then("queued", x => x, o => o.Queued()).Build(options);
        });
        return services.BuildServiceProvider();
    }
}
