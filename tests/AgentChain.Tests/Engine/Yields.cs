namespace AgentChain.Tests.Engine;

/// <summary>Lets other threads' work come in between.</summary>
static class Yields
{
    public static async Task Async(int times)
    {
        for (int i = 0; i < times; i++)
        {
            await Task.Yield();
        }
    }
}
