using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>Synchronous work in virtual time.</summary>
static class Blocking
{
    /// <summary>Blocks its caller, as a synchronous call would, while time passes and everything else continues.</summary>
    public static void Block(this VirtualWorld world, double milliseconds)
    {
        Task passed = world.Delay(milliseconds);
        while (!passed.IsCompleted && (world.Scheduler.RunNext() || world.Clock.MoveToNextTimer()))
        {
        }
    }
}
