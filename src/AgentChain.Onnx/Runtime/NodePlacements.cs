using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Asks ONNX Runtime which execution provider runs each node of a session. The managed package has no method for it, so the functions are
/// taken from its table of native functions (<c>Session_GetEpGraphAssignmentInfo</c>, since 1.24).
/// </summary>
static unsafe class NodePlacements
{
    /// <summary>The entry of a session's configuration without which ONNX Runtime does not record the assignment.</summary>
    const string RecordKey = "session.record_ep_graph_assignment_info";

    /// <summary>The version of the native functions that has those used here.</summary>
    const uint ApiVersion = 24;

    const int Shown = 5;

    /// <summary>
    /// Has a session record where its nodes run, unless it runs on the CPU or the host has set the entry itself. Returns whether it does.
    /// </summary>
    public static bool Record(SessionOptions session, IReadOnlyDictionary<string, string> configuration, bool isCpu)
    {
        if (configuration.TryGetValue(RecordKey, out string? asked))
        {
            return asked == "1";
        }

        if (!isCpu)
        {
            session.AddSessionConfigEntry(RecordKey, "1");
        }

        return !isCpu;
    }

    /// <summary>
    /// Returns the nodes of a session; none if the session did not record them or ONNX Runtime cannot tell.
    /// </summary>
    public static IReadOnlyList<OnnxNode> Of(InferenceSession session)
    {
        try
        {
            return Read(Handle(session), Api());
        }
        catch (Exception error) when (error is MissingMethodException or EntryPointNotFoundException or DllNotFoundException)
        {
            // A host's other build of ONNX Runtime. Where nodes run is told, not needed.
            return [];
        }
    }

    /// <summary>Returns a line about the nodes that run on the CPU; <see langword="null"/> if there is none.</summary>
    public static string? Describe(string model, string device, IReadOnlyList<OnnxNode> nodes)
    {
        OnnxNode[] onCpu = [.. nodes.Where(node => node.IsOnCpu)];
        if (onCpu.Length == 0)
        {
            return null;
        }

        IEnumerable<string> kinds = onCpu.GroupBy(node => node.Operator, StringComparer.Ordinal)
            .OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Count()} {kind.Key}"));
        string more = kinds.Count() > Shown ? ", ..." : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"'{model}' was loaded onto {device}, but {onCpu.Length} of its {nodes.Count} nodes run on the CPU ({string.Join(", ", kinds.Take(Shown))}{more}). "
            + $"Operators on shapes belong there; others copy tensors to the CPU and back: export the model for {device}, or have such a model refused with the configuration entry session.disable_cpu_ep_fallback = 1.");
    }

    static OnnxNode[] Read(IntPtr session, IntPtr api)
    {
        var release = (delegate* unmanaged<IntPtr, void>)Function(api, nameof(OrtApi.ReleaseStatus));
        var assigned = (delegate* unmanaged<IntPtr, IntPtr**, nuint*, IntPtr>)Function(api, nameof(OrtApi.Session_GetEpGraphAssignmentInfo));
        var inSubgraph = (delegate* unmanaged<IntPtr, IntPtr**, nuint*, IntPtr>)Function(api, nameof(OrtApi.EpAssignedSubgraph_GetNodes));
        IntPtr* subgraphs;
        nuint count;
        if (Failed(assigned(session, &subgraphs, &count)))
        {
            return [];
        }

        List<OnnxNode> found = [];
        for (nuint i = 0; i < count; i++)
        {
            IntPtr* nodes;
            nuint inside;
            string provider = Text(nameof(OrtApi.EpAssignedSubgraph_GetEpName), subgraphs[i]);
            if (Failed(inSubgraph(subgraphs[i], &nodes, &inside)))
            {
                continue;
            }

            for (nuint j = 0; j < inside; j++)
            {
                found.Add(new OnnxNode(
                    Text(nameof(OrtApi.EpAssignedNode_GetName), nodes[j]),
                    Text(nameof(OrtApi.EpAssignedNode_GetOperatorType), nodes[j]),
                    provider));
            }
        }

        return [.. found];

        bool Failed(IntPtr status)
        {
            if (status == 0)
            {
                return false;
            }

            release(status);
            return true;
        }

        string Text(string function, IntPtr of)
        {
            IntPtr text;
            return Failed(((delegate* unmanaged<IntPtr, IntPtr*, IntPtr>)Function(api, function))(of, &text)) ? "" : Marshal.PtrToStringUTF8(text) ?? "";
        }
    }

    /// <summary>Returns an entry of the table. Only that entry is read: the table of an older library is shorter.</summary>
    static IntPtr Function(IntPtr api, string name) => *(IntPtr*)(api + Marshal.OffsetOf<OrtApi>(name));

    static IntPtr Api()
    {
        var functions = (delegate* unmanaged<uint, IntPtr>)(*(IntPtr*)OrtGetApiBase());
        return functions(ApiVersion) is var api && api != 0 ? api : throw new EntryPointNotFoundException();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Handle")]
    static extern IntPtr Handle(InferenceSession session);

    [DllImport("onnxruntime", ExactSpelling = true)]
    static extern IntPtr OrtGetApiBase();
}
