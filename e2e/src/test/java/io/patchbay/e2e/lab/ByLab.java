package io.patchbay.e2e.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Classes that share a lab come one after the other, and otherwise as they came. */
public final class ByLab implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        List<Optional<LabExtension.Wanted>> labs = new ArrayList<>();
        context.getClassDescriptors().forEach(each -> labs.add(wanted(each)));
        context.getClassDescriptors().sort(Comparator.comparingInt(each -> labs.indexOf(wanted(each))));
    }

    private static Optional<LabExtension.Wanted> wanted(ClassDescriptor descriptor) {
        return descriptor.findAnnotation(InLab.class).map(LabExtension.Wanted::by);
    }
}
