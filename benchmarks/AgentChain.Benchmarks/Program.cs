using AgentChain.Benchmarks.Engine;
using AgentChain.Benchmarks.FirstTurns;
using AgentChain.Benchmarks.Many;
using AgentChain.Benchmarks.Prefixes;
using AgentChain.Benchmarks.Simulations;
using AgentChain.Benchmarks.Simulations.Calibration;
using AgentChain.Benchmarks.Simulations.External;
using AgentChain.Benchmarks.Simulations.Goodput;
using AgentChain.Benchmarks.Simulations.Workflows;
using AgentChain.Benchmarks.Simulations.Hedging;
using AgentChain.Benchmarks.Simulations.Modes;
using AgentChain.Benchmarks.Simulations.Placement;
using AgentChain.Benchmarks.Soaks;
using AgentChain.Benchmarks.Speculation;
using AgentChain.Benchmarks.Texts;
using BenchmarkDotNet.Running;

if (args is ["quiet", ..])
{
    await InterruptToQuiet.RunAsync(args.AsMemory(1));
    return 0;
}

if (args is ["soak", ..])
{
    return await SoakCommand.RunAsync(args.AsMemory(1));
}

if (args is ["soak-streams", ..])
{
    return await LongStreamCommand.RunAsync(args.AsMemory(1));
}

if (args is ["first-turn", ..])
{
    await FirstTurnCommand.RunAsync(args.AsMemory(1));
    return 0;
}

if (args is ["long-text", ..])
{
    return LongTextCommand.Run(args.AsSpan(1));
}

if (args is ["fidelity", ..])
{
    return await Fidelity.RunAsync(args.AsMemory(1));
}

if (args is ["goodput", ..])
{
    return GoodputCommand.Run(args.AsSpan(1));
}

if (args is ["workflow", ..])
{
    return WorkflowCommand.Run(args.AsSpan(1));
}

if (args is ["simulator", ..])
{
    return SimulatorSpeed.Run(args.AsSpan(1));
}

if (args is ["placement", ..])
{
    return PlacementStudy.Run(args.AsSpan(1));
}

if (args is ["modes", ..])
{
    return ModeStudy.Run(args.AsSpan(1));
}

if (args is ["many", ..])
{
    return await ManyCommand.RunAsync(args.AsMemory(1));
}

if (args is ["prefix-cache", ..])
{
    return await PrefixCacheCommand.RunAsync(args.AsMemory(1));
}

if (args is ["overload", ..])
{
    return await OverloadCommand.RunAsync(args.AsMemory(1));
}

if (args is ["external", ..])
{
    return ExternalCheck.Run(args.AsSpan(1));
}

if (args is ["calibration", ..])
{
    return CalibrationCheck.Run(args.AsSpan(1));
}

if (args is ["hedging", ..])
{
    return HedgeStudy.Run(args.AsSpan(1));
}

if (args is ["worth", ..])
{
    WorthIt.Run(args.AsSpan(1));
    return 0;
}

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
return 0;
