using AgentChain.Benchmarks.Peers.Batching;
using AgentChain.Benchmarks.Peers.Language;
using AgentChain.Benchmarks.Peers.Servers;
using BenchmarkDotNet.Running;

if (args is ["language", ..])
{
    await LanguageCommand.RunAsync(args.AsMemory(1));
    return 0;
}

if (args is ["second-turn", ..])
{
    await SecondTurnCommand.RunAsync(args.AsMemory(1));
    return 0;
}

if (args is ["batching", ..])
{
    await BatchingCommand.RunAsync(args.AsMemory(1));
    return 0;
}

if (args is ["server-cancel", ..])
{
    return await ServerCancelCommand.RunAsync(args.AsMemory(1));
}

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
return 0;
