using System.Globalization;

namespace AgentChain.Fuzz;

/// <summary>The largest resident memory of this process since the last reset; on other systems than Linux, the present one.</summary>
static class PeakMemory
{
    const string Status = "/proc/self/status", ClearReferences = "/proc/self/clear_refs", Name = "VmHWM:";

    public static void Reset()
    {
        if (File.Exists(ClearReferences))
        {
            File.WriteAllText(ClearReferences, "5");
        }
    }

    public static int Mebibytes()
    {
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal)) : null;
        return line is null
            ? (int)(Environment.WorkingSet >> 20)
            : (int)(long.Parse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) >> 10);
    }
}
