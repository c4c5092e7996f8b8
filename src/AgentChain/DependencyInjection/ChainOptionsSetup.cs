using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Speculation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentChain.DependencyInjection;

/// <summary>Fills a chain's options from the container and the configuration. Every key is read explicitly, without reflection.</summary>
sealed class ChainOptionsSetup(IServiceProvider services) : IConfigureNamedOptions<ChainOptions>
{
    /// <summary>The configuration section that contains one section per chain.</summary>
    public const string Section = "AgentChain";

    static readonly (string Word, SpeculationLevel Value)[] Levels =
        [("none", SpeculationLevel.None), ("prefill", SpeculationLevel.Prefill), ("full", SpeculationLevel.Full)];

    public void Configure(ChainOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, ChainOptions options)
    {
        options.LoggerFactory ??= services.GetService<ILoggerFactory>();
        options.MeterFactory ??= services.GetService<IMeterFactory>();
        options.TimeProvider ??= services.GetService<TimeProvider>();
        options.Devices ??= services.GetService<IDeviceScheduler>();
        if (!string.IsNullOrEmpty(name) && services.GetService<IConfiguration>() is { } configuration)
        {
            var reader = new ConfigurationReader(configuration.GetSection(Section).GetSection(name));
            Read(reader, options);
            reader.ThrowIfWrong(name, typeof(ChainOptions));
        }
    }

    static void Read(ConfigurationReader reader, ChainOptions options)
    {
        options.Budget = Budget(reader, "", options.Budget);
        options.Grace = reader.Duration("Grace", moreThanZero: false) ?? options.Grace;
        options.KeepWarm = reader.Duration("KeepWarm", moreThanZero: true) ?? options.KeepWarm;
        options.MaxTurns = reader.Count("MaxTurns") ?? options.MaxTurns;
        options.MaxWaitingTurns = reader.Count("MaxWaitingTurns") ?? options.MaxWaitingTurns;
        options.OutputCapacity = reader.Count("OutputCapacity") ?? options.OutputCapacity;
        options.IncludeSensitiveData = reader.Flag("IncludeSensitiveData") ?? options.IncludeSensitiveData;
        options.Speculation = Read(reader, options.Speculation);
        options.Overload = Read(reader, options.Overload);
        foreach (string block in reader.Children("Blocks"))
        {
            if (!options.Blocks.TryGetValue(block, out BlockOptions? own))
            {
                options.Blocks.Add(block, own = new BlockOptions());
            }

            Read(reader, $"Blocks:{block}:", own);
        }
    }

    static void Read(ConfigurationReader reader, string path, BlockOptions options)
    {
        options.Budget = Budget(reader, path, options.Budget);
        options.Concurrency = reader.Count(path + "Concurrency") ?? options.Concurrency;
        options.Capacity = reader.Count(path + "Capacity") ?? options.Capacity;
        options.Device = reader.Text(path + "Device") ?? options.Device;
        options.Client = reader.Text(path + "Client") ?? options.Client;
        options.Speculation = reader.Word(path + "Speculation", Levels) ?? options.Speculation;
    }

    /// <summary>Any setting of the section turns the options on.</summary>
    static OverloadOptions? Read(ConfigurationReader reader, OverloadOptions? options)
    {
        double? rejectBelow = reader.Share("Overload:RejectBelow");
        bool? orderBySlack = reader.Flag("Overload:OrderBySlack");
        int? backlog = reader.Count("Overload:OverloadBacklog", least: 0);
        if (rejectBelow is null && orderBySlack is null && backlog is null)
        {
            return options;
        }

        OverloadOptions others = options ?? new OverloadOptions();
        return new OverloadOptions
        {
            RejectBelow = rejectBelow ?? others.RejectBelow,
            OrderBySlack = orderBySlack ?? others.OrderBySlack,
            OverloadBacklog = backlog ?? others.OverloadBacklog,
        };
    }

    static LatencyBudget Budget(ConfigurationReader reader, string path, LatencyBudget budget)
    {
        budget = reader.Duration(path + "Budget:FirstOutput", moreThanZero: true) is { } first ? budget.AndFirstOutput(first) : budget;
        budget = reader.Duration(path + "Budget:Total", moreThanZero: true) is { } total ? budget.AndTotal(total) : budget;
        return reader.Duration(path + "Budget:Stall", moreThanZero: true) is { } stall ? budget.AndStall(stall) : budget;
    }

    static SpeculationOptions Read(ConfigurationReader reader, SpeculationOptions options) => options with
    {
        Level = reader.Word("Speculation:Level", Levels) ?? options.Level,
        WasteShare = reader.Share("Speculation:WasteShare") ?? options.WasteShare,
        WasteBurst = reader.Duration("Speculation:WasteBurst", moreThanZero: false) ?? options.WasteBurst,
        HoldCapacity = reader.Count("Speculation:HoldCapacity") ?? options.HoldCapacity,
        HookTimeout = reader.Duration("Speculation:HookTimeout", moreThanZero: true) ?? options.HookTimeout,
    };
}
