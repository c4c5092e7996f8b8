using System.Diagnostics;

namespace AgentChain.Tests.Soak;

/// <summary>The resources that the process holds while no turn runs.</summary>
/// <param name="Turns">How many turns have been started.</param>
/// <param name="Heap">The managed heap after a full collection, in bytes.</param>
/// <param name="Threads">The threads of the process.</param>
/// <param name="Handles">The open files and sockets on Linux, the handles elsewhere.</param>
readonly record struct ProcessSample(long Turns, long Heap, int Threads, int Handles)
{
    /// <summary>
    /// Takes a sample. The heap is the smallest of several readings: the last of the timers and pool threads let go a little later.
    /// </summary>
    public static async Task<ProcessSample> TakeAsync(long turns)
    {
        long heap = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            await Task.Delay(20);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            heap = Math.Min(heap, GC.GetTotalMemory(forceFullCollection: true));
        }

        using var process = Process.GetCurrentProcess();
        int handles = OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount;
        return new(turns, heap, process.Threads.Count, handles);
    }

    /// <summary>Describes the resources that grew from the first quarter of a soak to its last, by their medians.</summary>
    /// <param name="samples">One sample a round, in order. The first round warms up and is left out: code is compiled, pools grow.</param>
    /// <param name="options">The bounds.</param>
    public static IEnumerable<string> FaultsIn(IReadOnlyList<ProcessSample> samples, SoakOptions options)
    {
        int quarter = samples.Count / 4;
        return quarter == 0
            ? []
            : new[]
            {
                Growth("managed heap, in bytes,", s => s.Heap, options.HeapGrowth),
                Growth("number of threads", s => s.Threads, options.CountGrowth),
                Growth("number of handles", s => s.Handles, options.CountGrowth),
            }.OfType<string>();

        string? Growth(string what, Func<ProcessSample, long> of, long bound)
        {
            long before = Median(samples.Skip(1).Take(quarter).Select(of));
            long after = Median(samples.TakeLast(quarter).Select(of));
            return after <= before + bound
                ? null
                : $"the {what} grew from {before} in the first quarter to {after} in the last; the bound is {bound} more";
        }
    }

    static long Median(IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
