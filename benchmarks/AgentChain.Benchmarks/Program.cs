using AgentChain.Benchmarks.Engine;
using BenchmarkDotNet.Running;

if (args is ["quiet", ..])
{
    await InterruptToQuiet.RunAsync(args.AsMemory(1));
    return;
}

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
