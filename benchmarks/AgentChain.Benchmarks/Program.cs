using AgentChain.Benchmarks.Engine;
using AgentChain.Benchmarks.Speculation;
using BenchmarkDotNet.Running;

if (args is ["quiet", ..])
{
    await InterruptToQuiet.RunAsync(args.AsMemory(1));
    return;
}

if (args is ["worth", ..])
{
    WorthIt.Run(args.AsSpan(1));
    return;
}

BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
