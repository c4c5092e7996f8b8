using AgentChain.Benchmarks.Peers.Language;
using BenchmarkDotNet.Running;

if (args is ["language", ..])
{
    await LanguageCommand.RunAsync(args.AsMemory(1));
    return;
}

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
