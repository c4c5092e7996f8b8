namespace AgentChain.Tests.Devices;

/// <summary>The lanes of the devices that a chain made for itself, when the chain turns out not to be valid.</summary>
public class RefusedChainLanesTests
{
    /// <summary>The threads of this process by their names, which only Linux tells; elsewhere nothing can be counted.</summary>
    [Fact]
    public async Task Build_ChainIsNotValid_TheLanesOfItsDevicesEnd()
    {
        int before = Lanes();
        for (int i = 0; i < 400; i++)
        {
            Assert.Throws<ChainValidationException>(() => Chain.From<int>("refused").Build());
        }

        // Other tests start lanes meanwhile, but not nearly so many.
        await Engine.Eventually.Async(() => Lanes() < before + 200);
    }

    static int Lanes()
    {
        if (!Directory.Exists("/proc/self/task"))
        {
            return 0;
        }

        int lanes = 0;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                lanes += File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("cpu lane", StringComparison.Ordinal) ? 1 : 0;
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }

        return lanes;
    }
}
