using Throng.Abi;

// What a test compares with the kernel's headers where the process that lays it out is not the test's own.
foreach (Structure structure in Structures.All())
{
    Console.WriteLine(structure);
}

foreach ((string name, int number) in SystemCalls.All)
{
    Console.WriteLine($"{name} {number}");
}
