using System.Collections;
using System.Globalization;
using System.Reflection;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Tests.Options;

/// <summary>Every option of every type is checked at once, by an error that names it, its value and the allowed values.</summary>
public class OptionTests
{
    static readonly Type[] MoreTypes =
    [
        typeof(LoopBound), typeof(LatencyBudget), typeof(ComputeDevice), typeof(DeviceScheduler), typeof(DeviceLane), typeof(DeviceRequest),
        typeof(WasteBudget), typeof(LogisticEstimator), typeof(BetaBinomialEstimator), typeof(Overrun),
    ];

    /// <summary>Members that look like options but are not: work that is passed to an object, and data.</summary>
    static readonly string[] NoOptions = ["TimedWord", "TimedHypothesis", "HeardItem", "ScriptedTurn", "PartialTranscript", "Utterance"];

    public static TheoryData<string> Rows => [.. OptionTable.Rows.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Set_BadValue_IsRefusedAtOnceAndSaysWhatIsAllowed(string option)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.All(OptionTable.Rows[option], bad =>
            {
                Exception? error = Record.Exception(bad.Set);
                Assert.True(error is ArgumentException or ChainValidationException, error is null ? "It was taken." : error.ToString());
                Assert.All(bad.Says, said => Assert.Contains(said, error!.Message, StringComparison.OrdinalIgnoreCase));
            });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Options_Every_HasARowInTheTable()
    {
        string[] found = [.. Types.SelectMany(Options).Distinct()];
        Assert.True(found.Length > 80, $"Only {found.Length} options were found.");
        Assert.Equal([], found.Except(OptionTable.Rows.Keys));
        Assert.Equal([], OptionTable.Rows.Keys.Except(found));
    }

    [Fact]
    public void Options_EveryParameterThatMustNotBeNull_SaysSo()
    {
        int seen = 0;
        var nullability = new NullabilityInfoContext();
        foreach (Type type in Types.Append(typeof(ChainBuilder<,>)).Append(typeof(StreamChainBuilder<,>)).Append(typeof(RouteBuilder<,>)))
        {
            Type closed = Closed(type);
            object? target = closed.IsAbstract || !(closed.Name.Contains("Options", StringComparison.Ordinal) || closed.Name.Contains("Setup", StringComparison.Ordinal) || closed.Name.Contains("Builder", StringComparison.Ordinal)) ? null : New(closed);
            foreach (MethodInfo open in closed.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly | BindingFlags.FlattenHierarchy))
            {
                if (open.IsSpecialName || (!open.IsStatic && target is null) || open.DeclaringType == typeof(object) || open.Name is "Equals" or "Build")
                {
                    continue;
                }

                MethodInfo method = open.IsGenericMethodDefinition ? open.MakeGenericMethod([.. open.GetGenericArguments().Select(_ => typeof(int))]) : open;
                ParameterInfo[] parameters = method.GetParameters();
                for (int i = 0; i < parameters.Length; i++)
                {
                    Type given = parameters[i].ParameterType;
                    if (given.IsValueType || given == typeof(string) || nullability.Create(parameters[i]).WriteState == NullabilityState.Nullable)
                    {
                        continue;
                    }

                    object?[] arguments = [.. parameters.Select((p, at) => at == i || p.HasDefaultValue ? null : Value(p.ParameterType))];
                    TargetInvocationException thrown = Assert.Throws<TargetInvocationException>(() => method.Invoke(target, arguments));
                    Assert.True(thrown.InnerException is ArgumentNullException, $"{type.Name}.{method.Name}({parameters[i].Name}): {thrown.InnerException}");
                    seen++;
                }
            }
        }

        Assert.True(seen > 60, $"Only {seen} were seen.");
    }

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(1_000_000)]
    public async Task Times_LongerThanAnyTimer_Work(double days)
    {
        var time = TimeSpan.FromDays(days);
        await using Chain<int, int> chain = Chain.From<int>("chain")
            .Then("step", (x, _) => Task.FromResult(x), o => o.Budget(time))
            .Build(new ChainOptions { Budget = LatencyBudget.Total(time), Grace = time, Speculation = new() { HookTimeout = time, WasteBurst = time } });
        Assert.Equal(1, await chain.RunAsync(1));
    }

    static IEnumerable<Type> Types => typeof(Chain).Assembly.GetExportedTypes()
        .Where(t => !t.IsEnum && !t.IsInterface && (NameOf(t).EndsWith("Options", StringComparison.Ordinal) || NameOf(t).EndsWith("Setup", StringComparison.Ordinal) || t.Namespace == "AgentChain.Simulation" || MoreTypes.Contains(t)))
        .Where(t => !NoOptions.Contains(NameOf(t)));

    /// <summary>
    /// The options of a type: its settable properties, and the parameters of its fluent and static methods and constructors.
    /// </summary>
    static IEnumerable<string> Options(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        string name = NameOf(type);
        IEnumerable<string> set = type.GetProperties(Declared)
            .Where(p => p.SetMethod is { IsPublic: true } && IsOption(p.PropertyType, type, p))
            .Select(p => $"{name}.{p.Name}");
        IEnumerable<MethodBase> methods = type.GetMethods(Declared)
            .Where(m => !m.IsSpecialName && (m.ReturnType == type || m.ReturnType.IsGenericParameter || (m.ReturnType.IsGenericType && type.IsGenericType && m.ReturnType.GetGenericTypeDefinition() == type)));
        IEnumerable<string> taken = methods.Concat(type.GetConstructors())
            .SelectMany(m => m.GetParameters().Where(p => IsOption(p.ParameterType, type, p)).Select(p => $"{name}.{(m.IsConstructor ? name : m.Name)}({p.Name})"));
        return set.Concat(taken);
    }

    /// <summary>Whether a type has values that can be bad. Switches have none, and null is the other test's subject.</summary>
    static bool IsOption(Type type, Type owner, ICustomAttributeProvider member)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(bool) || plain == owner || plain.IsGenericParameter || typeof(Delegate).IsAssignableFrom(plain))
        {
            return false;
        }

        bool isList = plain != typeof(string) && typeof(IEnumerable).IsAssignableFrom(plain);
        bool isNeeded = member is PropertyInfo property && !plain.IsValueType && !isList && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull;
        return plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(TimeSpan) || plain == typeof(LatencyBudget) || isList || isNeeded
            || NameOf(plain) is "FallbackValue" or "FallbackBlock";
    }

    static string NameOf(Type type) => type.Name.Split('`')[0];

    static Type Closed(Type type) => type.IsGenericTypeDefinition && !type.IsAbstract
        ? type.MakeGenericType([.. type.GetGenericArguments().Select(_ => typeof(int))])
        : type.IsGenericTypeDefinition ? typeof(BlockSetup<int, int>).BaseType! : type;

    static object New(Type type) => type.Name.StartsWith("ChainBuilder", StringComparison.Ordinal) ? Chain.From<int>("chain")
        : type.Name.StartsWith("StreamChainBuilder", StringComparison.Ordinal) ? Chain.From<int>("chain").Stream("items", (_, _) => AsyncEnumerable.Empty<int>())
        : type.Name.StartsWith("RouteBuilder", StringComparison.Ordinal) ? new RouteBuilder<int, int>([], null)
        : Activator.CreateInstance(type)!;

    static object? Value(Type type) =>
        type == typeof(string) ? "name"
        : type.IsValueType ? Activator.CreateInstance(type)
        : type.IsAssignableFrom(typeof(int[])) ? Array.Empty<int>()
        : null;
}
