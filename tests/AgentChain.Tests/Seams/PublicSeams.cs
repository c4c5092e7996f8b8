using System.Reflection;

namespace AgentChain.Tests.Seams;

/// <summary>
/// Every place in the public API through which a host hands its own code to the engine, found by reflection: the members of interfaces
/// that can be implemented, the members of classes that can be overridden, and the parameters and properties whose type is a delegate or
/// one of another library's types that a host can implement.
/// </summary>
static class PublicSeams
{
    /// <summary>All of them, each once, in order, with the misbehaviors that the types allow.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<Misbehavior> Allowed)> All { get; } =
    [
        .. typeof(Chain).Assembly.GetExportedTypes()
            .Where(type => !typeof(Delegate).IsAssignableFrom(type))
            .SelectMany(Of)
            .GroupBy(seam => seam.Name, StringComparer.Ordinal)
            .OrderBy(seam => seam.Key, StringComparer.Ordinal)
            .Select(seam => (seam.Key, (IReadOnlyList<Misbehavior>)[.. seam.SelectMany(s => Allowed(s.Returns)).Distinct()])),
    ];

    static IEnumerable<(string Name, Type? Returns)> Of(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        MethodBase[] callable = [.. type.GetMethods(Declared), .. type.GetConstructors(Declared)];
        foreach (MethodBase method in callable.Where(IsVisible))
        {
            if (type.IsInterface && !method.IsStatic)
            {
                yield return ($"{Name(type)}.{MemberName(method)}", ((MethodInfo)method).ReturnType);
            }
            else if (method is { IsVirtual: true, IsFinal: false } && IsOpen(type) && IsOwn((MethodInfo)method))
            {
                yield return ($"{Name(type)}.{MemberName(method)}", ((MethodInfo)method).ReturnType);
            }

            // A property's getter has no parameter; a setter's is the host's code. An interface's own are called, not implemented, by the engine.
            foreach (ParameterInfo parameter in type.IsInterface ? [] : method.GetParameters())
            {
                if (IsHostCode(parameter.ParameterType))
                {
                    string name = method.IsSpecialName && method is MethodInfo
                        ? $"{Name(type)}.{MemberName(method)}: {Shape(parameter.ParameterType)}"
                        : $"{Name(type)}.{MemberName(method)}({parameter.Name}: {Shape(parameter.ParameterType)})";
                    yield return (name, parameter.ParameterType.GetMethod("Invoke")?.ReturnType);
                }
            }
        }
    }

    /// <summary>How code that returns this type can misbehave; null if there is more than one member.</summary>
    static IEnumerable<Misbehavior> Allowed(Type? returns)
    {
        Type? open = returns is { IsGenericType: true } ? returns.GetGenericTypeDefinition() : returns;
        bool isTask = open == typeof(Task) || open == typeof(Task<>);
        bool isValueTask = open == typeof(ValueTask) || open == typeof(ValueTask<>);
        bool isStream = open == typeof(IAsyncEnumerable<>);
        yield return Misbehavior.Throws;
        if (isTask || isValueTask || isStream)
        {
            yield return Misbehavior.ThrowsLater;
            yield return Misbehavior.NeverReturns;
        }

        if (isValueTask || isStream)
        {
            yield return Misbehavior.Stale;
            yield return Misbehavior.CannotBeAwaited;
        }

        if (returns is { IsValueType: false, IsGenericParameter: false } && returns != typeof(void) && returns != typeof(object))
        {
            yield return Misbehavior.ReturnsNull;
        }
    }

    /// <summary>Whether something of this type runs code that the engine did not write and no other entry names.</summary>
    static bool IsHostCode(Type type)
    {
        type = type.IsByRef ? type.GetElementType()! : type;
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return true;
        }

        bool isOurs = type.Assembly == typeof(Chain).Assembly;
        return !isOurs && !type.IsGenericParameter && !type.IsArray && type != typeof(object)
            && (type.IsInterface || (type.IsClass && type.IsAbstract));
    }

    static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static bool IsOpen(Type type) => type is { IsClass: true, IsSealed: false }
        && type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Any(c => c.IsPublic || c.IsFamily);

    /// <summary>Whether a member is not one that each object, or each record, has.</summary>
    static bool IsOwn(MethodInfo method) => method.GetBaseDefinition().DeclaringType != typeof(object)
        && method.Name is not ("PrintMembers" or "get_EqualityContract" or "<Clone>$");

    static string MemberName(MethodBase method) => method switch
    {
        ConstructorInfo => "new",
        _ when method.IsSpecialName => method.Name[(method.Name.IndexOf('_', StringComparison.Ordinal) + 1)..],
        _ => method.Name,
    };

    static string Name(Type type) => type.IsNested ? $"{Name(type.DeclaringType!)}.{Bare(type)}" : Bare(type);

    static string Bare(Type type) => type.Name.Split('`')[0];

    /// <summary>A type as it reads in source.</summary>
    static string Shape(Type type)
    {
        type = type.IsByRef ? type.GetElementType()! : type;
        return !type.IsGenericType ? Bare(type)
            : type.Name.StartsWith("ValueTuple", StringComparison.Ordinal) ? $"({string.Join(", ", type.GetGenericArguments().Select(Shape))})"
            : $"{Bare(type)}<{string.Join(", ", type.GetGenericArguments().Select(Shape))}>";
    }
}
