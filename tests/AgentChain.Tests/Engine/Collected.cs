using System.Runtime.CompilerServices;

namespace AgentChain.Tests.Engine;

/// <summary>Says whether something that nothing should hold any more can be collected.</summary>
static class Collected
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Assert(WeakReference reference)
    {
        for (int i = 0; i < 5 && reference.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Xunit.Assert.False(reference.IsAlive, "It is still reachable.");
    }
}
